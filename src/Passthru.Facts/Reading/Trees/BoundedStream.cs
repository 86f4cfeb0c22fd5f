namespace Passthru.Facts.Reading.Trees;

/// <summary>Another stream, of which no more is read than was expected of it, whatever it unpacks to.</summary>
internal sealed class BoundedStream(Stream stream, long most) : ReadingStream
{
    private long _read;

    /// <exception cref="InvalidDataException">There is more.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = stream.Read(buffer);
        _read += read;
        return _read <= most ? read : throw new InvalidDataException($"more than {most} bytes");
    }
}
