using System.CommandLine;
using RealTimeActors.Client;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>The options of <c>realtime tail</c> that say which events are wanted, and how: the server does it, and only what is left comes over the wire.</summary>
internal sealed class TailShaping
{
    private readonly Option<long?> _debounce = new("--debounce") { Description = "An event only after so many milliseconds of quiet, then the last one.", HelpName = "MS" };
    private readonly Option<long?> _debounceMax = new("--debounce-max") { Description = "With --debounce: one at the latest after so many milliseconds, also where it is never quiet; default ten times as long.", HelpName = "MS" };
    private readonly Option<string?> _immediate = new("--immediate") { Description = "With --debounce or --conflate: events of these types do not wait, and none takes their place.", HelpName = "TYPE,…" };
    private readonly Option<string?> _conflate = new("--conflate") { Description = "Of what waits only the newest: of each key, or of the channel.", HelpName = "key|channel" };
    private readonly Option<long?> _batch = new("--batch") { Description = "What comes is gathered for so many milliseconds and printed together; critical events are not held up.", HelpName = "MS" };
    private readonly Option<long?> _batchMax = new("--batch-max") { Description = "With --batch: no more than so many wait for each other.", HelpName = "N" };
    private readonly Option<long?> _maxPerSecond = new("--max-per-second") { Description = "At most so many events a second.", HelpName = "N" };
    private readonly Option<string[]> _filter = new("--filter")
    {
        Description = "Only events with this attribute: type=grant.*,deadline.passed or source=office-1. Attributes: type, key, source, user, correlationId, session. May be repeated: all must hold.",
        HelpName = "ATTRIBUTE=VALUE,…",
    };
    private readonly Option<string?> _fields = new("--fields") { Description = "Only these top-level fields of the data.", HelpName = "NAME,…" };
    private readonly Option<Priority?> _priority = WordOption.Of<Priority>("--priority", "Only events that are at least so urgent.");
    private readonly Option<DeliveryOrder?> _order = WordOption.Of<DeliveryOrder>("--order", "Whether more urgent events may overtake (lanes, the default), or none does (offset).");
    private readonly Option<OverflowPolicy?> _overflow = WordOption.Of<OverflowPolicy>("--overflow", "What becomes of a tail that is slower than its channel: it reads on from the log, gets the newest of each key, is told what it has lost, or is disconnected.");

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { _filter, _priority, _fields, _debounce, _debounceMax, _immediate, _conflate, _batch, _batchMax, _maxPerSecond, _order, _overflow })
            command.Add(option);
    }

    /// <exception cref="CommandException">One of them is not what is expected.</exception>
    internal SubscribeOptions Read(ParseResult parsed)
    {
        var options = new SubscribeOptions
        {
            Fields = Names(parsed.GetValue(_fields)),
            Filter = FilterOf(parsed.GetValue(_filter) ?? []),
            Shape = ShapeOf(parsed),
            Priority = parsed.GetValue(_priority),
            Order = parsed.GetValue(_order) ?? DeliveryOrder.Lanes,
            Overflow = parsed.GetValue(_overflow),
        };
        return SubscriptionBounds.FaultOf(options.Shape, options.Fields, options.Filter) is { } fault ? throw new CommandException(fault) : options;
    }

    private Shape? ShapeOf(ParseResult parsed)
    {
        var shape = new Shape
        {
            DebounceMs = parsed.GetValue(_debounce),
            DebounceMaxMs = parsed.GetValue(_debounceMax),
            Immediate = Names(parsed.GetValue(_immediate)) ?? [],
            Conflate = parsed.GetValue(_conflate),
            BatchMs = parsed.GetValue(_batch),
            BatchMax = parsed.GetValue(_batchMax),
            MaxPerSecond = parsed.GetValue(_maxPerSecond),
        };

        // The server takes these and they do nothing: whoever types them means something.
        if (shape is { DebounceMaxMs: not null, DebounceMs: null })
            throw new CommandException("--debounce-max says how long --debounce may hold events at most, and there is no --debounce.");
        if (shape is { BatchMax: not null, BatchMs: null })
            throw new CommandException("--batch-max says how many events --batch gathers at most, and there is no --batch.");
        if (shape is { Immediate.Count: > 0, DebounceMs: null, Conflate: null or "none" })
            throw new CommandException("--immediate names types that neither --debounce nor --conflate holds, and there is none of the two.");

        return shape is { DebounceMs: null, Conflate: null, BatchMs: null, MaxPerSecond: null } ? null : shape;
    }

    private static List<AttributeFilter>? FilterOf(string[] texts)
    {
        var filter = new List<AttributeFilter>();
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [var attribute, var values] || Names(values) is not { } wanted)
                throw new CommandException($"--filter: ATTRIBUTE=VALUE,… is expected, as type=grant.*; '{text}' came.");

            filter.Add(new AttributeFilter(attribute, wanted));
        }

        return filter.Count == 0 ? null : filter;
    }

    private static string[]? Names(string? text) =>
        text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } names ? names : null;
}
