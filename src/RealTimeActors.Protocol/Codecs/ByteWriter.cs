using System.Buffers;
using System.Runtime.CompilerServices;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Bytes being written in one piece, so that lengths and headers can be filled in afterwards. Begins in the span of the target and moves to a
/// rented array only where the expectation was too small.</summary>
internal ref struct ByteWriter
{
    private readonly IBufferWriter<byte> _to;
    private Span<byte> _span;
    private byte[]? _rented;
    private int _at;

    public ByteWriter(IBufferWriter<byte> to, int bytesExpected)
    {
        _to = to;
        _span = to.GetSpan(bytesExpected);
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Length => _at;

    /// <summary>What was written so far, to be changed in place.</summary>
    public readonly Span<byte> Written => _span[.._at];

    /// <summary>Room for at least <paramref name="bytes"/>; what was used is told by <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Room(int bytes)
    {
        if (_span.Length - _at < bytes)
            Grow(bytes);

        return _span[_at..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int bytes) => _at += bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Byte(byte value)
    {
        if (_at == _span.Length)
            Grow(1);

        _span[_at++] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _at += bytes.Length;
    }

    /// <summary>Moves what was written from <paramref name="start"/> on by <paramref name="by"/> bytes (negative: to the left).</summary>
    public void Shift(int start, int by)
    {
        if (by == 0)
            return;

        if (by > 0)
            Room(by);

        _span[start.._at].CopyTo(_span[(start + by)..]);
        _at += by;
    }

    /// <summary>Hands everything over to the target.</summary>
    public void Commit()
    {
        if (_rented is null)
        {
            _to.Advance(_at);
            return;
        }

        _to.Write(_span[.._at]);
        ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
        _span = default;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_at + bytes), _span.Length * 2));
        _span[.._at].CopyTo(larger);
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);

        _rented = larger;
        _span = larger;
    }
}
