using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using RealTimeActors.Sharding.Tcp.Handshakes;
using RealTimeActors.Sharding.Tcp.Links;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>Calls of others. Whoever does not prove in time that it belongs to the cluster costs a socket for so long, and nothing else.</summary>
public sealed partial class TcpNodes
{
    /// <summary>Where the process has no sockets left, it is tried again after that.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private async Task TakeCallsAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = TakeCallAsync(await _listener.AcceptAsync(_stop.Token));
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException fault)
            {
                if (_seldom.MaySay(dialed: null, LinkRefusal.TooMany, out _))
                    NotTaking(_options.Log, fault.SocketErrorCode);

                await Task.Delay(_pause, _options.Time, CancellationToken.None);
            }
        }
    }

    private async Task TakeCallAsync(Socket socket)
    {
        var call = new PendingCall(socket, _options.HandshakeWithin, _options.Time);
        _calls.Add(call);
        var isKept = false;
        try
        {
            isKept = await TakeAsync(call);
        }
        catch (HandshakeException not)
        {
            // Counted first: who is told of it finds it counted.
            Refuse(call, not.Refusal, not.Message);
            if (!not.IsTold && not.Refusal != LinkRefusal.Unreadable && call.Stream is { } stream)
                await TellAsync(new HandshakeStream(stream), not, call.Over);
        }
        catch (AuthenticationException not)
        {
            Refuse(call, LinkRefusal.Tls, $"TLS with the caller could not be agreed on, or it speaks without: {Said(not)}");
        }
        catch (OperationCanceledException)
        {
            Refuse(call, call.IsEvicted ? LinkRefusal.TooMany : LinkRefusal.TooSlow, call.IsEvicted ? $"{_options.HandshakesMax} others were in their handshake" : $"its handshake took longer than {_options.HandshakeWithin.TotalMilliseconds} ms");
        }
        catch (Exception fault)
        {
            // Whatever it is: it was about this connection.
            Refuse(call, LinkRefusal.Unreadable, HandshakeStream.Printable(fault.Message));
        }
        finally
        {
            _calls.Remove(call);
            if (!isKept)
            {
                if (call.Stream is { } stream)
                    await stream.DisposeAsync();

                socket.Dispose();
            }
        }
    }

    private void Refuse(PendingCall call, LinkRefusal refusal, string reason)
    {
        Figures.DidRefuse(refusal);

        // Who is not known yet, or calls while it is called, comes again by itself: nobody has to look after that.
        if (!_isStopped && refusal is not (LinkRefusal.Crossed or LinkRefusal.NotKnown or LinkRefusal.NotMe) && _seldom.MaySay(dialed: null, refusal, out var leftOut))
            CallRefused(_options.Log, call.From, refusal, reason.TrimEnd('.'), leftOut);
    }

    /// <summary>Takes a call to its end. False: it is not kept.</summary>
    private async Task<bool> TakeAsync(PendingCall call)
    {
        call.Socket.NoDelay = true;
        if (await call.Socket.ReceiveAsync(new byte[1], SocketFlags.Peek, call.Over) == 0)
        {
            Figures.Probed();
            return false;
        }

        var binding = await SecureAsync(call);
        var stream = call.Stream!;
        TcpLink? link = null;
        try
        {
            var listener = new ListenerHandshake(new HandshakeStream(stream), _terms, binding);
            if (await listener.HearAsync(call.Over) is { } hello)
            {
                link = Begin(hello, call.Socket, stream);
                await listener.AcceptAsync(hello, call.Over);
                link.Open();
                LinkedByCall(_options.Log, link.Peer, call.From);
                if (listener.IsByFormer)
                    ByFormerSecret(_options.Log, link.Peer);

                return true;
            }

            Figures.Probed();
        }
        catch (Exception) when (link is { IsEnded: true })
        {
            // Whoever was told of it has let go of it meanwhile, as a node does that stops: nothing is wrong with who called, and it comes again if it has to.
            throw new HandshakeException(LinkRefusal.NotKnown, "this node let go of the connection");
        }
        catch (Exception fault) when (link is not null)
        {
            // Its actor was told of it already.
            link.Part($"the handshake broke off: {fault.Message}", tells: true);
            throw;
        }

        return false;
    }

    private TcpLink Begin(Hello hello, Socket socket, Stream stream)
    {
        lock (_gate)
        {
            if (_me is not { } me || _isStopped)
                throw new HandshakeException(LinkRefusal.NotKnown, "this node has not joined yet, or stops");

            if (hello.To != me)
                throw new HandshakeException(LinkRefusal.NotMe, $"{me} is here; {HandshakeStream.Printable($"{hello.To}")} was called");

            if (!_peers.TryGetValue($"{hello.From}", out var peer) || peer.Link is not { } taker)
                throw new HandshakeException(LinkRefusal.NotKnown, $"{HandshakeStream.Printable($"{hello.From}")} is not known here as a member yet");

            // Where both dial, the connection of the node whose name is first stays, on both sides.
            if (string.CompareOrdinal(me.Node, peer.Id.Node) < 0)
            {
                if (peer.Attempt is not null || peer.Newest is { IsDialed: true, IsEnded: false })
                    throw new HandshakeException(LinkRefusal.Crossed, $"{me} dials itself; its connection stays");
            }
            else if (peer.Attempt is { } attempt)
            {
                attempt.IsAbandoned = true;
                peer.Attempt = null;
            }

            return Begin(peer, socket, stream, taker, isDialed: false);
        }
    }

    private static async Task TellAsync(HandshakeStream handshake, HandshakeException not, CancellationToken cancellationToken)
    {
        try
        {
            await handshake.RefuseAsync(not.Refusal, not.Message, cancellationToken);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Who is refused need not be there to hear it.
        }
    }

    /// <summary>Agrees on TLS, where it is configured. What proofs are bound to: the hash of the certificate that was shown.</summary>
    private async Task<ReadOnlyMemory<byte>> SecureAsync(PendingCall call)
    {
        var plain = new NetworkStream(call.Socket, ownsSocket: true);
        call.Stream = plain;
        if (_options.Tls is not { } tls)
            return default;

        var stream = new SslStream(plain);
        call.Stream = stream;
        var server = tls.ForServer();
        await stream.AuthenticateAsServerAsync(server, call.Over);
        return SHA256.HashData(server.ServerCertificateContext!.TargetCertificate.GetRawCertData());
    }
}
