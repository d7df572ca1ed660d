using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tickets;

/// <summary>
/// The tickets of this node. Each admits once, within half a minute; one that opened a channel's stream admits to that stream again, for a client that says where it was, until the
/// token it was made with expires.
/// </summary>
/// <remarks>In memory only: after a restart clients get new ones. 192 random bits each, held as a hash, so that whoever sees this memory or an error has none. In a cluster each
/// says which node made it: shown to another, it is used here (<see cref="UseHashed"/>).</remarks>
internal sealed class TicketStore(EdgeOptions options, TimeProvider time, HttpRelays? relays = null)
{
    private const int Bytes = 24;

    /// <summary>A stream of somebody whose token does not expire (the application knows him) comes back by the same ticket for so long.</summary>
    private static readonly TimeSpan _streamMax = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Ticket>> _ofUser = new(StringComparer.Ordinal);

    /// <summary>Makes one; null: there are as many as there may be.</summary>
    internal string? Make(Identity identity, SessionCredentials? session)
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        text = relays?.Mark(text) ?? text;
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var mine = OfUser(identity);
            foreach (var over in mine.Where(ticket => ticket.EndsAt <= now).ToArray())
                Remove(over);

            if (mine.Count >= options.TicketsPerUserMax)
                Remove(mine[0]);

            if (_tickets.Count >= options.TicketsMax)
                RemoveOver(now);

            if (_tickets.Count >= options.TicketsMax)
                return null;

            var ticket = new Ticket(HashOf(text), identity, session, now + options.TicketWithin);
            _tickets.Add(ticket.Hash, ticket);
            OfUser(identity).Add(ticket);
        }

        return text;
    }

    /// <summary>Uses one; null: there is no such ticket, it was used, or its time is over, which are all the same to whoever shows it.</summary>
    /// <param name="text">What was shown.</param>
    /// <param name="stream">The channel whose plain stream is wanted; null: something else.</param>
    /// <param name="comesBack">Whether the client says where it was.</param>
    internal Ticket? Use(string text, ChannelName? stream, bool comesBack) => UseHashed(HashOf(text), stream, comesBack);

    /// <summary>The same for who has its hash only: another node, to which it was shown.</summary>
    internal Ticket? UseHashed(string hash, ChannelName? stream, bool comesBack)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_tickets.TryGetValue(hash, out var ticket))
                return null;

            if (ticket.EndsAt <= now || ticket.Identity.ExpiresUnixMs <= now.ToUnixTimeMilliseconds())
            {
                Remove(ticket);
                return null;
            }

            if (ticket.Stream is { } opened)
                return comesBack && stream == opened ? ticket : null;

            if (stream is null)
            {
                Remove(ticket);
                return ticket;
            }

            ticket.Stream = stream;
            ticket.EndsAt = ticket.Identity.ExpiresUnixMs is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : now + _streamMax;
            return ticket;
        }
    }

    private List<Ticket> OfUser(Identity identity)
    {
        if (!_ofUser.TryGetValue(identity.User ?? "", out var tickets))
            _ofUser[identity.User ?? ""] = tickets = [];

        return tickets;
    }

    private void RemoveOver(DateTimeOffset now)
    {
        foreach (var over in _tickets.Values.Where(ticket => ticket.EndsAt <= now).ToArray())
            Remove(over);
    }

    private void Remove(Ticket ticket)
    {
        _tickets.Remove(ticket.Hash);
        var mine = OfUser(ticket.Identity);
        mine.Remove(ticket);
        if (mine.Count == 0)
            _ofUser.Remove(ticket.Identity.User ?? "");
    }

    internal static string HashOf(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
