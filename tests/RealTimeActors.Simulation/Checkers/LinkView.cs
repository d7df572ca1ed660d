using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>One connection, as the wire shows it at the server's end.</summary>
internal sealed class LinkView(SimulatedLink link)
{
    private readonly Dictionary<long, ClientFrame> _unanswered = [];
    private readonly List<ClientFrame.Subscribe> _asked = [];

    public SimulatedLink Link { get; } = link;

    /// <summary>Who looks at it: asked with each frame.</summary>
    public Looks Looks { get; } = OfLabel(link.Label);

    public string Name => $"{Link.Label}#{Link.Number}";

    public ClientFrame.Hello? Hello { get; private set; }

    public TimeSpan HelloAt { get; private set; }

    public ServerFrame.Welcome? Welcome { get; private set; }

    public TimeSpan WelcomedAt { get; private set; }

    public string? Session => Welcome?.Session.Id;

    /// <summary>The server has said that it closes.</summary>
    public ServerFrame.Close? Close { get; private set; }

    public SortedDictionary<string, SubscriptionView> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>Channels that this connection ever followed.</summary>
    public SortedSet<string> EverFollowed { get; } = new(StringComparer.Ordinal);

    public void Arrived(TimeSpan at, ClientFrame frame)
    {
        switch (frame)
        {
            case ClientFrame.Hello hello:
                Hello = hello;
                HelloAt = at;
                _asked.AddRange(hello.Subscriptions);
                break;
            case ClientFrame.Subscribe subscribe:
                _asked.Add(subscribe);
                break;
        }

        if (frame.Id > 0)
            _unanswered[frame.Id] = frame;
    }

    /// <summary>The client's frame that this one answers.</summary>
    public ClientFrame? Answered(ServerFrame frame) => frame.Id > 0 ? _unanswered.GetValueOrDefault(frame.Id) : null;

    public void Sent(TimeSpan at, ServerFrame frame)
    {
        if (frame is ServerFrame.Welcome welcome)
            (Welcome, WelcomedAt) = (welcome, at);
        else if (frame is ServerFrame.Close close)
            Close = close;
        else if (frame is ServerFrame.Unsubscribed unsubscribed && Subscriptions.TryGetValue(unsubscribed.Channel, out var ended))
            ended.IsEnded = true;
        else if (frame is ServerFrame.Ok && Answered(frame) is ClientFrame.Unsubscribe unsubscribe && Subscriptions.TryGetValue(unsubscribe.Channel, out var left))
            left.IsEnded = true;
    }

    /// <summary>What was asked for that this answers: the request of that id, or else the last one for the channel.</summary>
    public ClientFrame.Subscribe? RequestFor(ServerFrame.Subscribed subscribed) =>
        Answered(subscribed) as ClientFrame.Subscribe ?? _asked.FindLast(subscribe => subscribe.Channel == subscribed.Channel);

    private static Looks OfLabel(string label) =>
        Is(label, StateClient.NamePrefix) ? Looks.State
        : Is(label, PresenceClient.NamePrefix) ? Looks.Presence
        : Is(label, NackingClient.NamePrefix) ? Looks.Nacks
        : Is(label, RightsFollower.NamePrefix) ? Looks.Rights
        : Is(label, PatternFollower.NamePrefix) ? Looks.Patterns
        : Looks.Events;

    private static bool Is(string label, string prefix) => label.StartsWith(prefix, StringComparison.Ordinal);
}
