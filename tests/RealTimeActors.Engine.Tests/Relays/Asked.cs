using System.Text;
using RealTimeActors.Engine.Relays;

namespace RealTimeActors.Engine.Tests.Relays;

/// <summary>A request that was passed on, and what came of it.</summary>
internal sealed class Asked : RelayCall
{
    internal RelayedHead? Head { get; private set; }

    internal List<string> Parts { get; } = [];

    internal bool HasEnded { get; private set; }

    internal bool IsBroken { get; private set; }

    internal RelayRefusal? Refusal { get; private set; }

    /// <summary>Whether the client takes what comes at once.</summary>
    internal bool Takes { get; init; } = true;

    protected internal override void Began(RelayedHead head) => Head = head;

    protected internal override void Came(ReadOnlyMemory<byte> bytes)
    {
        Parts.Add(Encoding.UTF8.GetString(bytes.Span));
        if (Takes)
            Wrote();
    }

    protected internal override void Ended() => HasEnded = true;

    protected internal override void Broke() => IsBroken = true;

    protected internal override void NotTaken(RelayRefusal why) => Refusal = why;
}
