using System.Buffers;
using System.Net.WebSockets;
using RealTimeActors.Client.Running;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Transport;

// From opening to the end.
internal sealed partial class WebSocketLink
{
    private async Task RunAsync(string endpoint)
    {
        var reason = "the transport has ended";
        try
        {
            await _socket.ConnectAsync(AddressOf(endpoint), HandshakeAnswers.Invoker, _stop.Token);
            if (_socket.SubProtocol != _subprotocol)
                throw new WebSocketException($"The server was expected to speak {_subprotocol}; it chose {_socket.SubProtocol ?? "none"}. Is {endpoint} the right address?");

            lock (_gate)
            {
                // Closed while it was opening.
                _stop.Token.ThrowIfCancellationRequested();
                _isOpen = true;
            }

            await _loop.PostAsync(new ClientInput(InputKind.Opened, Connection: Connection));
            reason = await ReadAsync();
        }
        catch (WebSocketException fault) when (fault.InnerException is HandshakeRefusedException refused)
        {
            reason = refused.Message;
        }
        catch (Exception fault)
        {
            reason = fault.InnerException is null ? fault.Message : $"{fault.Message}: {fault.InnerException.Message}";
        }

        await _loop.PostAsync(new ClientInput(InputKind.Disconnected, Connection: Connection, Code: (int?)_socket.CloseStatus, Text: _socket.CloseStatusDescription ?? reason));
        _socket.Dispose();
    }

    private async Task<string> ReadAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytesAtFirst);
        try
        {
            var length = 0;
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await CloseOutputAsync(_socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, "");
                    return "closed by the server";
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    var frames = new List<ServerFrame>();
                    if (!_codec.TryDecodeServer(buffer.AsSpan(0, length), frames) || !TryJoin(frames))
                        return await FailAsync(WebSocketCloseStatus.InvalidPayloadData, "A message could not be divided into frames, or pieces not be joined to one.");

                    length = 0;
                    if (frames.Count > 0 && !await _loop.PostAsync(new ClientInput(InputKind.Received, frames, Connection)))
                        return "the client is closed";
                }
                else if (length == buffer.Length)
                {
                    if (length >= Limits.MessageBytesMax)
                        return await FailAsync(WebSocketCloseStatus.MessageTooBig, $"A message has more than {Limits.MessageBytesMax} bytes.");

                    buffer = Enlarge(buffer, length);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Puts a frame that came in pieces where its last piece stands, and leaves the pieces out.</summary>
    private bool TryJoin(List<ServerFrame> frames)
    {
        var kept = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames[i] is not ServerFrame.Piece piece)
                frames[kept++] = frames[i];
            else if (!_pieces.TryAdd(piece, out var whole))
                return false;
            else if (whole is not null)
                frames[kept++] = whole;
        }

        frames.RemoveRange(kept, frames.Count - kept);
        return true;
    }

    private async Task<string> FailAsync(WebSocketCloseStatus status, string reason)
    {
        await CloseOutputAsync(status, reason);
        return reason;
    }

    private static byte[] Enlarge(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, Limits.MessageBytesMax + 1));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static Uri AddressOf(string endpoint)
    {
        var address = new UriBuilder(endpoint);
        address.Scheme = address.Scheme switch
        {
            "http" => "ws",
            "https" => "wss",
            _ => address.Scheme,
        };
        if (address.Path is "" or "/")
            address.Path = "/v1/ws";
        return address.Uri;
    }

    private const int ReadBytesAtFirst = 16 * 1024;
}
