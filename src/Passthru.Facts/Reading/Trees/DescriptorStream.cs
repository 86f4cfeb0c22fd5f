namespace Passthru.Facts.Reading.Trees;

/// <summary>
/// A file opened without blocking, read from front to back. Where there is nothing more to read for now it ends, and where the
/// kernel has dropped some of it, as it does with its log (EPIPE), it goes on with what is left.
/// </summary>
internal sealed class DescriptorStream(int descriptor) : ReadingStream
{
    private bool _hasBegun;
    private bool _closed;

    /// <summary>A file on a disk; what the kernel makes as it is read has no end to begin from.</summary>
    public override bool CanSeek => Libc.Seek(descriptor, 0, (int)SeekOrigin.Current) >= 0;

    public override long Length
    {
        get
        {
            var here = Seek(0, SeekOrigin.Current);
            var length = Seek(0, SeekOrigin.End);
            Seek(here, SeekOrigin.Begin);
            return length;
        }
    }

    /// <exception cref="IOException">The kernel refused; its error is the result code.</exception>
    public override long Seek(long offset, SeekOrigin origin) =>
        Libc.Seek(descriptor, offset, (int)origin) is var position and >= 0
            ? position
            : throw new IOException(Libc.LastError.Message()) { HResult = (int)Libc.LastError };

    /// <exception cref="IOException">The kernel refused; its error is the result code.</exception>
    public override unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = Libc.Read(descriptor, start, buffer.Length);
                if (read >= 0)
                {
                    _hasBegun = true;
                    return (int)read;
                }

                var error = Libc.LastError;
                if (error == Errno.TryAgain && _hasBegun)
                {
                    return 0;
                }

                if (error is not (Errno.BrokenPipe or Errno.Interrupted))
                {
                    throw new IOException(error.Message()) { HResult = (int)error };
                }
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!_closed)
        {
            _closed = true;
            _ = Libc.Close(descriptor);
        }

        base.Dispose(disposing);
    }
}
