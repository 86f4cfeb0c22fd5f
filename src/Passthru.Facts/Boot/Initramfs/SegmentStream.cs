using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>A stream that can be looked into without being read, and that ends in an error when it goes on for too long.</summary>
internal sealed class SegmentStream(Stream stream, long limit) : ReadingStream
{
    /// <summary>Bytes kept behind the place of reading: a decoder that has read too far goes back by one of its buffers.</summary>
    private const int MaxBack = 16 * 1024;

    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;
    private long _total;

    /// <summary>Bytes handed out so far.</summary>
    public override long Position
    {
        get => _total - (_end - _start);
        set => throw new NotSupportedException();
    }

    /// <summary>The next bytes, as many as there are up to <paramref name="count"/>; they stay to be read.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_end - _start < count && Fill())
        {
        }

        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start == _end && !Fill())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <summary>The bytes before the place of reading, up to <paramref name="count"/>.</summary>
    public ReadOnlySpan<byte> Behind(int count) => _buffer.AsSpan(Math.Max(0, _start - count), Math.Min(count, _start));

    /// <summary>Back by a few bytes; nothing else.</summary>
    public override long Seek(long offset, SeekOrigin origin)
    {
        if (origin != SeekOrigin.Current || offset > 0 || _start + offset < 0)
        {
            throw new NotSupportedException();
        }

        _start += (int)offset;
        return Position;
    }

    /// <exception cref="EndOfStreamException">There is less.</exception>
    public void Skip(long count)
    {
        while (count > 0)
        {
            if (_start == _end && !Fill())
            {
                throw new EndOfStreamException();
            }

            var step = (int)Math.Min(count, _end - _start);
            _start += step;
            count -= step;
        }
    }

    public void SkipZeros()
    {
        while (_start < _end || Fill())
        {
            var other = _buffer.AsSpan(_start, _end - _start).IndexOfAnyExcept((byte)0);
            _start = other < 0 ? _end : _start + other;
            if (other >= 0)
            {
                return;
            }
        }
    }

    private bool Fill()
    {
        var behind = Math.Max(0, _start - MaxBack);
        if (behind > 0)
        {
            _buffer.AsSpan(behind, _end - behind).CopyTo(_buffer);
            _end -= behind;
            _start -= behind;
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _total += read;
        return _total <= limit ? read > 0 : throw new InvalidDataException($"more than {limit} bytes");
    }
}
