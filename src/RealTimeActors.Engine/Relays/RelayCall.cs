using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Relays;

/// <summary>
/// A request on its way to the node that has its connection, and the answer on its way back. First either <see cref="NotTaken"/>, which is the end of it, or <see cref="Began"/>; then parts, one at a time; then
/// <see cref="Ended"/> or <see cref="Broke"/>.
/// </summary>
/// <remarks>What is told here is told by one actor, never two at a time; it must not block.</remarks>
public abstract class RelayCall
{
    private IActorRef<object>? _relay;

    internal IActorRef<object> Home { get; private set; } = null!;

    internal long Number { get; set; }

    /// <summary>Bytes of the request, until the other node has them.</summary>
    internal long UntakenBytes { get; set; }

    internal bool HasBegun { get; set; }

    internal bool IsOver { get; set; }

    /// <summary>The other node was asked what follows, and has not answered.</summary>
    internal bool IsAsking { get; set; }

    /// <summary>When it was, or when a part came.</summary>
    internal long Since { get; set; }

    /// <summary>The client has not taken the part that came last.</summary>
    internal bool IsUnwritten { get; set; }

    /// <summary>The client has taken the part that came last. Safe from anywhere.</summary>
    public void Wrote() => _relay?.Tell(new RelayOrder.Wrote(this));

    /// <summary>The client is gone: nothing is told any more. Safe from anywhere, also after the end.</summary>
    public void GiveUp() => _relay?.Tell(new RelayOrder.GiveUp(this));

    internal void Begin(IActorRef<object> relay, IActorRef<object> home) => (_relay, Home) = (relay, home);

    /// <summary>The answer begins.</summary>
    protected internal abstract void Began(RelayedHead head);

    /// <summary>A part of its body. The next one comes after <see cref="Wrote"/>.</summary>
    protected internal abstract void Came(ReadOnlyMemory<byte> bytes);

    /// <summary>It is complete.</summary>
    protected internal abstract void Ended();

    /// <summary>It breaks off.</summary>
    protected internal abstract void Broke();

    /// <summary>There is no answer.</summary>
    protected internal abstract void NotTaken(RelayRefusal why);
}
