using System.CommandLine;
using RealTimeActors.Client;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>The options of <c>realtime tail</c> that say which events are wanted, and how: the server does it, and only what is left comes over the wire.</summary>
internal sealed class TailShaping
{
    private readonly Option<long?> _debounce = new("--debounce") { Description = "An event only after so many milliseconds of quiet, then the last one.", HelpName = "MS" };
    private readonly Option<string?> _conflate = new("--conflate") { Description = "Of what waits only the newest: of each key, or of the channel.", HelpName = "key|channel" };
    private readonly Option<long?> _maxPerSecond = new("--max-per-second") { Description = "At most so many events a second.", HelpName = "N" };
    private readonly Option<string[]> _filter = new("--filter")
    {
        Description = "Only events with this attribute: type=grant.*,deadline.passed or source=office-1. Attributes: type, key, source, user, correlationId, session. May be repeated: all must hold.",
        HelpName = "ATTRIBUTE=VALUE,…",
    };
    private readonly Option<string?> _fields = new("--fields") { Description = "Only these top-level fields of the data.", HelpName = "NAME,…" };

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { _debounce, _conflate, _maxPerSecond, _filter, _fields })
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
        };
        return SubscriptionBounds.FaultOf(options.Shape, options.Fields, options.Filter) is { } fault ? throw new CommandException(fault) : options;
    }

    private Shape? ShapeOf(ParseResult parsed)
    {
        var shape = new Shape { DebounceMs = parsed.GetValue(_debounce), Conflate = parsed.GetValue(_conflate), MaxPerSecond = parsed.GetValue(_maxPerSecond) };
        return shape is { DebounceMs: null, Conflate: null, MaxPerSecond: null } ? null : shape;
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
