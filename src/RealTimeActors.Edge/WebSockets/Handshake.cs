using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>The opening handshake of RFC 6455, section 4, or over HTTP/2 of RFC 8441, section 5: what the client asks for, judged, and what is answered.</summary>
/// <param name="Accept">The value of <c>Sec-WebSocket-Accept</c>; null: none is answered (HTTP/2).</param>
/// <param name="Format">What is spoken.</param>
/// <param name="Subprotocol">The subprotocol to answer with; null when none was offered.</param>
/// <param name="Extensions">The extension to answer with; null: none is agreed.</param>
internal sealed record Handshake(string? Accept, WireFormat Format, string? Subprotocol, string? Extensions)
{
    internal const string JsonSubprotocol = "realtime.v1.json";
    internal const string ProtobufSubprotocol = "realtime.v1.proto";

    /// <summary>Reads the request; when it cannot be taken, says with which status and why.</summary>
    /// <param name="headers">Of the request.</param>
    /// <param name="isConnect">Whether it is an extended CONNECT: the protocol is named elsewhere then, and there is no key.</param>
    /// <param name="mayCompress">Whether the server does so where it is offered.</param>
    /// <param name="handshake">What was asked for.</param>
    /// <param name="status">Of the refusal.</param>
    /// <param name="error">Why.</param>
    internal static bool TryRead(
        IHeaderDictionary headers, bool isConnect, bool mayCompress, [NotNullWhen(true)] out Handshake? handshake, out int status, out string error)
    {
        handshake = null;
        status = StatusCodes.Status400BadRequest;
        error = "";

        if (!isConnect && !HasToken(headers.Upgrade, "websocket"))
        {
            status = StatusCodes.Status426UpgradeRequired;
            error = "This address speaks WebSocket: send the header Upgrade: websocket.";
            return false;
        }

        if (headers.SecWebSocketVersion != "13")
        {
            status = StatusCodes.Status426UpgradeRequired;
            error = $"Sec-WebSocket-Version 13 is expected; '{headers.SecWebSocketVersion}' came.";
            return false;
        }

        var key = headers.SecWebSocketKey.ToString();
        if (!isConnect && !IsKey(key))
        {
            error = "Sec-WebSocket-Key is expected to be 16 bytes in base64.";
            return false;
        }

        if (!TryChoose(headers.SecWebSocketProtocol, out var format, out var subprotocol))
        {
            error = $"Of the subprotocols offered ({headers.SecWebSocketProtocol}) none is known; offer {JsonSubprotocol} or {ProtobufSubprotocol}.";
            return false;
        }

        var extensions = mayCompress ? DeflateOffer.Answer(headers.SecWebSocketExtensions) : null;
        if (extensions is not null)
            format = format == WireFormat.WebSocketJson ? WireFormat.WebSocketJsonDeflate : WireFormat.WebSocketProtobufDeflate;

        handshake = new Handshake(isConnect ? null : AcceptOf(key), format, subprotocol, extensions);
        return true;
    }

    /// <summary>Whether the connection, and not only the address, is asked to become another.</summary>
    internal static bool AsksForUpgrade(IHeaderDictionary headers) => HasToken(headers.Connection, "upgrade") && !HasToken(headers.Connection, "close");

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[18];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out var written) && written == 16;
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 asks for SHA-1 here; nothing depends on its strength.")]
    private static string AcceptOf(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    /// <summary>The client's first choice that is known here; JSON where it offers nothing.</summary>
    private static bool TryChoose(StringValues offered, out WireFormat format, out string? subprotocol)
    {
        format = WireFormat.WebSocketJson;
        subprotocol = null;
        if (offered.Count == 0)
            return true;

        foreach (var name in Tokens(offered))
        {
            if (name is not (JsonSubprotocol or ProtobufSubprotocol))
                continue;

            format = name == ProtobufSubprotocol ? WireFormat.WebSocketProtobuf : WireFormat.WebSocketJson;
            subprotocol = name;
            return true;
        }

        return false;
    }

    private static bool HasToken(StringValues values, string token) =>
        Tokens(values).Any(value => value.Equals(token, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Tokens(StringValues values) =>
        values.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
