namespace Passthru.Facts.Reading.Trees;

/// <summary>Another stream, of which no more is read than was expected of it, whatever it unpacks to.</summary>
internal sealed class BoundedStream(Stream stream, long most) : ReadingStream
{
    private long _read;

    /// <exception cref="TooLargeException">There is more.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = stream.Read(buffer);
        _read += read;
        return _read <= most ? read : throw new TooLargeException(most);
    }
}

/// <summary>A stream has more bytes than were expected of it.</summary>
internal sealed class TooLargeException(long most) : IOException($"more than {most >> 20} MiB when unpacked");
