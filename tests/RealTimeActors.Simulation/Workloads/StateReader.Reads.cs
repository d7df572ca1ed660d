using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <content>What it asks about the past.</content>
internal sealed partial class StateReader
{
    private readonly Xoshiro256 _reads;

    private void Read()
    {
        if (Link is not { } link || !IsWelcome)
            return;

        var head = Seen.Truth.Head(_channel.Name);
        var read = new ClientFrame.Read { Id = NextId(), Channel = _channel.Name, What = "state", Limit = _reads.Pick(1, 3, 100) };
        Ask(link, _reads.Below(5) switch
        {
            // Where the log begins: one further back, and it is not to be had.
            0 or 1 => read with { At = Math.Max(0, _channel.NotRetained(head) + _reads.Between(-3, 4)) },
            2 => read with { At = _reads.Below((int)head + 3) },
            _ => read with
            {
                What = "history",
                Key = $"key-{_reads.Below(Seen.Plan.State!.Keys)}",
                From = _reads.Below(4) switch
                {
                    0 => null,
                    1 => From.Earliest,
                    2 => new From.Position("", _channel.NotRetained(head) + _reads.Between(-2, 10)) is { Offset: >= 0 } near ? near : From.Earliest,
                    _ => new From.Position(_epoch, _reads.Below((int)head + 1)),
                },
            },
        });
    }

    /// <summary>The next page, nearly always: of the same state, or from where this one ends.</summary>
    private void ReadOn(SimulatedLink link, ServerFrame.Page page)
    {
        if (!IsBusy || _reads.OneIn(6))
            return;

        var read = new ClientFrame.Read { Id = NextId(), Channel = _channel.Name, What = page.What, Limit = _reads.Pick(1, 3, 100) };
        if (page is { What: "state", NextKey: { } after })
            Ask(link, read with { At = page.Offset, AfterKey = after });
        else if (page is { What: "history", Next: { } next, Events: [var first, ..] })
            Ask(link, read with { Key = first.Key, From = new From.Position(page.Epoch, next) });
    }
}
