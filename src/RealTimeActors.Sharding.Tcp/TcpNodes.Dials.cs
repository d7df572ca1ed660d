using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;
using RealTimeActors.Sharding.Tcp.Handshakes;
using RealTimeActors.Sharding.Tcp.Links;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>Calls of this node to others.</summary>
public sealed partial class TcpNodes
{
    internal void Dial(Peer peer, IActorRef<LinkEvent> replyTo)
    {
        var attempt = new DialAttempt();
        lock (_gate)
        {
            peer.Link = replyTo;
            peer.Attempt = attempt;
        }

        Figures.Dialed();
        _ = DialAsync(peer, attempt, replyTo);
    }

    internal void Probe(Peer peer, IActorRef<LinkEvent> replyTo)
    {
        lock (_gate)
            peer.Link = replyTo;

        _ = ProbeAsync(peer, replyTo);
    }

    private async Task ProbeAsync(Peer peer, IActorRef<LinkEvent> replyTo)
    {
        try
        {
            using var socket = await Connecting.ConnectAsync(AddressOf(peer), _options, _stop.Token);
        }
        catch (NotReachedException not)
        {
            if (!not.IsRefused)
                return;

            Figures.FoundNobody();
            replyTo.Tell(new LinkEvent.NotConnected(not.Message, IsRefused: true));
        }
        catch (ObjectDisposedException)
        {
            // The node stops: it asks nobody any more.
        }
    }

    private async Task DialAsync(Peer peer, DialAttempt attempt, IActorRef<LinkEvent> replyTo)
    {
        try
        {
            var link = await LinkAsync(peer, attempt, replyTo);
            link.Open();
            LinkedByDial(_options.Log, link.Peer, peer.Address);
            return;
        }
        catch (NotReachedException not)
        {
            if (not.IsRefused)
                Figures.FoundNobody();

            NotConnected(peer, attempt, replyTo, not.Message, not.IsRefused);
        }
        catch (HandshakeException not)
        {
            if (not.Refusal is not (LinkRefusal.Crossed or LinkRefusal.NotKnown or LinkRefusal.NotMe) && _seldom.MaySay($"{peer.Id}", not.Refusal, out var leftOut))
                DialRefused(_options.Log, peer.Id, peer.Address, not.Refusal, not.Message.TrimEnd('.'), leftOut);

            NotConnected(peer, attempt, replyTo, not.Message, isRefused: false);
        }
        catch (Exception fault)
        {
            // Whatever it is, who dialed is told, and dials again.
            NotConnected(peer, attempt, replyTo, Said(fault), isRefused: false);
        }
    }

    private void NotConnected(Peer peer, DialAttempt attempt, IActorRef<LinkEvent> replyTo, string reason, bool isRefused)
    {
        lock (_gate)
        {
            if (peer.Attempt == attempt)
                peer.Attempt = null;
        }

        Figures.DidNotConnect();
        replyTo.Tell(new LinkEvent.NotConnected(reason, isRefused));
    }

    private async Task<TcpLink> LinkAsync(Peer peer, DialAttempt attempt, IActorRef<LinkEvent> replyTo)
    {
        var address = AddressOf(peer);
        Socket? socket = null;
        Stream? stream = null;
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            socket = await Connecting.ConnectAsync(address, _options, stop.Token);
            using var within = new Deadline(_options.HandshakeWithin, _options.Time, stop.Token);
            (stream, var binding) = await SecureAsync(socket, address.Host, within.Token);
            var isByFormer = await DialerHandshake.RunAsync(new HandshakeStream(stream), _terms, peer.Me, Address, peer.Id, binding, within.Token);
            var link = Begin(peer, attempt, socket, stream, replyTo);
            if (isByFormer)
                ByFormerSecret(_options.Log, link.Peer);

            return link;
        }
        catch (Exception fault)
        {
            if (stream is not null)
                await stream.DisposeAsync();

            socket?.Dispose();
            throw fault switch
            {
                OperationCanceledException => new HandshakeException(LinkRefusal.TooSlow, $"{address} did not finish the handshake within {_options.HandshakeWithin.TotalMilliseconds} ms"),
                AuthenticationException tls => new HandshakeException(LinkRefusal.Tls, $"TLS with {address} could not be agreed on: {Said(tls)}"),
                EndOfStreamException or InvalidDataException => new HandshakeException(LinkRefusal.Unreadable, $"the handshake with {address} broke off: {fault.Message}"),
                IOException when _options.Tls is not null => new HandshakeException(LinkRefusal.Tls, $"{address} broke off: it may not have taken this node's certificate, or speak without TLS: {Said(fault)}"),
                IOException or SocketException => new HandshakeException(LinkRefusal.Unreadable, $"the connection with {address} broke in its handshake: {fault.Message}"),
                ObjectDisposedException => new NotReachedException("the node stops", isRefused: false),
                _ => fault,
            };
        }
    }

    private TcpLink Begin(Peer peer, DialAttempt attempt, Socket socket, Stream stream, IActorRef<LinkEvent> replyTo)
    {
        lock (_gate)
        {
            if (attempt.IsAbandoned)
                throw new HandshakeException(LinkRefusal.Crossed, $"{peer.Id} called first");

            if (_isStopped)
                throw new NotReachedException("the node stops", isRefused: false);

            peer.Attempt = null;
            return Begin(peer, socket, stream, replyTo, isDialed: true);
        }
    }

    /// <summary>The connection with TLS around it, where there is any, and what proofs are bound to: the hash of the certificate that was shown.</summary>
    private async Task<(Stream Stream, ReadOnlyMemory<byte> Binding)> SecureAsync(Socket socket, string host, CancellationToken cancellationToken)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (_options.Tls is not { } tls)
            return (plain, default);

        var stream = new SslStream(plain);
        try
        {
            await stream.AuthenticateAsClientAsync(tls.ForClient(host), cancellationToken);
            return (stream, SHA256.HashData(stream.RemoteCertificate!.GetRawCertData()));
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static string Said(Exception fault) => HandshakeStream.Printable(fault.InnerException is { } inner ? $"{fault.Message} {inner.Message}" : fault.Message);

    private static NodeAddress AddressOf(Peer peer) =>
        NodeAddress.TryParse(peer.Address, out var address, out var error) ? address : throw new NotReachedException($"the address of {peer.Id} cannot be used: {error}", isRefused: false);
}
