using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>A client made of bare bytes, so that it can do what no library would.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _host;
    private readonly byte[] _buffer = new byte[65_536];
    private int _start;
    private int _end;

    internal RawClient(Uri address)
    {
        _host = address.Authority;
        _socket.Connect(address.Host, address.Port);
    }

    internal Socket Socket => _socket;

    internal Task SendAsync(params byte[] bytes) => SendAsync(bytes.AsMemory());

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Sends to somebody who may have gone already.</summary>
    internal async Task TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (SocketException)
        {
            // He has.
        }
    }

    internal Task SendTextAsync(string text) => SendFrameAsync(0x81, Encoding.UTF8.GetBytes(text));

    internal Task SendCloseAsync(int status)
    {
        var payload = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)status);
        return SendFrameAsync(0x88, payload);
    }

    internal Task SendFrameAsync(byte first, params byte[] payload) => SendAsync(Frame(first, payload).AsMemory());

    /// <summary>A masked frame.</summary>
    internal static byte[] Frame(byte first, byte[] payload)
    {
        using var frame = new MemoryStream();
        frame.WriteByte(first);
        Span<byte> length = stackalloc byte[8];
        switch (payload.Length)
        {
            case < 126:
                frame.WriteByte((byte)(0x80 | payload.Length));
                break;
            case <= ushort.MaxValue:
                frame.WriteByte(0x80 | 126);
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
                frame.Write(length[..2]);
                break;
            default:
                frame.WriteByte(0x80 | 127);
                BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
                frame.Write(length);
                break;
        }

        byte[] mask = [0x12, 0x34, 0x56, 0x78];
        frame.Write(mask);
        for (var i = 0; i < payload.Length; i++)
            frame.WriteByte((byte)(payload[i] ^ mask[i % 4]));

        return frame.ToArray();
    }

    /// <summary>Shakes hands with the key of RFC 6455's own example; extra headers end with a line end.</summary>
    internal async Task<string> HandshakeAsync(string headers, string? host = null, byte[]? early = null)
    {
        var request = Encoding.ASCII.GetBytes($"GET /v1/ws HTTP/1.1\r\nHost: {host ?? _host}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n{headers}\r\n");
        await SendAsync([.. request, .. early ?? []]);
        var answer = new StringBuilder();
        while (!answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            answer.Append((char)await ByteAsync());

        return answer.ToString();
    }

    internal async Task UpgradeAsync(string? subprotocol)
    {
        var offer = subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
        var answer = await HandshakeAsync($"{Key}{offer}");
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
    }

    internal const string Key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    /// <summary>The next frame of the server.</summary>
    internal async Task<(byte First, byte[] Payload)> ReadFrameAsync()
    {
        var first = await ByteAsync();
        long length = await ByteAsync();
        var extra = length switch { 126 => 2, 127 => 8, _ => 0 };
        if (extra > 0)
        {
            length = 0;
            for (var i = 0; i < extra; i++)
                length = (length << 8) | await ByteAsync();
        }

        var payload = new byte[length];
        for (var i = 0; i < payload.Length; i++)
            payload[i] = await ByteAsync();

        return (first, payload);
    }

    internal async Task<(int Status, string Reason)> ReadCloseAsync()
    {
        var (first, payload) = await ReadFrameAsync();
        Assert.Equal(0x88, first);
        return payload.Length == 0 ? (0, "") : (BinaryPrimitives.ReadUInt16BigEndian(payload), Encoding.UTF8.GetString(payload, 2, payload.Length - 2));
    }

    /// <summary>The next line, without its end; what there is of it where the connection ends before.</summary>
    internal async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        try
        {
            while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
                line.Append((char)await ByteAsync());
        }
        catch (Exception ended) when (ended is EndOfStreamException or SocketException)
        {
            return line.ToString();
        }

        return line.ToString(0, line.Length - 2);
    }

    /// <summary>Reads to the end of the connection; true when it ended in good order, false when it was reset.</summary>
    internal async Task<bool> ReadToEndAsync()
    {
        try
        {
            while (await FillAsync())
                _start = _end;

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Disappears without a word.</summary>
    internal void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<byte> ByteAsync()
    {
        if (_start == _end && !await FillAsync())
            throw new EndOfStreamException("The server ended the connection.");

        return _buffer[_start++];
    }

    private async Task<bool> FillAsync()
    {
        _start = 0;
        _end = await _socket.ReceiveAsync(_buffer.AsMemory()).AsTask().WaitAsync(Patience.Limit);
        return _end > 0;
    }
}
