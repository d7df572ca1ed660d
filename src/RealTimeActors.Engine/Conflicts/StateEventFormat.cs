using System.Buffers;
using System.Globalization;
using System.Text;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// How the data of a <c>$state</c> event is written: compact JSON, in the log, in the hash and on the wire. Names that are not known are passed over, so that later versions may add some.
/// </summary>
internal static class StateEventFormat
{
    private static readonly SearchValues<char> _escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (char)i), '"', '\\']);

    internal static byte[] Write(StateEvent e, FoldOutcome? outcome, IReadOnlyList<(string Path, ReadOnlyMemory<byte> Value)> custom)
    {
        var to = new ArrayBufferWriter<byte>(192 + e.Value.Length + e.EffectValue.Length);
        Text(to, "{\"operation\":"u8, MutationOperations.NameOf(e.Operation));
        if (!e.Value.IsEmpty)
            Raw(to, ",\"value\":"u8, e.Value.Span);

        Text(to, ",\"result\":"u8, MutationResults.NameOf(e.Result));
        Number(to, ",\"version\":"u8, e.Version);
        switch (e.Effect)
        {
            case StateEffect.Patch:
                Raw(to, ",\"patch\":"u8, e.EffectValue.Span);
                break;
            case StateEffect.Set:
                Raw(to, ",\"set\":"u8, e.EffectValue.Span);
                break;
            case StateEffect.Deleted:
                to.Write(",\"deleted\":true"u8);
                break;
        }

        Text(to, ",\"rules\":"u8, e.Rules);
        if (outcome is not null)
            Report(to, outcome);

        for (var i = 0; i < custom.Count; i++)
        {
            to.Write(i == 0 ? ",\"custom\":{"u8 : ","u8);
            Name(to, custom[i].Path);
            to.Write(custom[i].Value.Span);
            if (i == custom.Count - 1)
                to.Write("}"u8);
        }

        if (e.IfVersion is { } ifVersion)
            Number(to, ",\"ifVersion\":"u8, ifVersion);

        if (e.BaseVersion is { } baseVersion)
            Number(to, ",\"baseVersion\":"u8, baseVersion);

        Number(to, ",\"time\":"u8, e.TimeUnixMs);
        if (e.Counter > 0)
            Number(to, ",\"counter\":"u8, e.Counter);

        if (e.MutationId is { } mutationId)
            Text(to, ",\"mutationId\":"u8, mutationId);

        to.Write("}"u8);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such data.</exception>
    internal static StateEvent Read(ReadOnlyMemory<byte> data)
    {
        MutationOperation? operation = null;
        MutationResult? result = null;
        string? rules = null, mutationId = null;
        long? version = null, ifVersion = null, baseVersion = null, time = null;
        long counter = 0;
        var effect = StateEffect.AsAsked;
        ReadOnlyMemory<byte> value = default, effectValue = default, custom = default;
        foreach (var (name, member) in new JsonMembers(data))
        {
            switch (Encoding.UTF8.GetString(name.Span))
            {
                case "operation":
                    operation = MutationOperations.TryParse(TextOf(member), out var known) ? known : throw Damaged($"the operation {Encoding.UTF8.GetString(member.Span)}");
                    break;
                case "value":
                    value = member;
                    break;
                case "result":
                    result = ResultOf(TextOf(member));
                    break;
                case "version":
                    version = NumberOf(member);
                    break;
                case "patch":
                    (effect, effectValue) = (StateEffect.Patch, member);
                    break;
                case "set":
                    (effect, effectValue) = (StateEffect.Set, member);
                    break;
                case "deleted":
                    effect = StateEffect.Deleted;
                    break;
                case "rules":
                    rules = TextOf(member);
                    break;
                case "custom":
                    custom = member;
                    break;
                case "ifVersion":
                    ifVersion = NumberOf(member);
                    break;
                case "baseVersion":
                    baseVersion = NumberOf(member);
                    break;
                case "time":
                    time = NumberOf(member);
                    break;
                case "counter":
                    counter = NumberOf(member);
                    break;
                case "mutationId":
                    mutationId = TextOf(member);
                    break;
            }
        }

        return new StateEvent
        {
            Operation = operation ?? throw Damaged("no operation"),
            Value = value,
            Result = result ?? throw Damaged("no result"),
            Version = version ?? throw Damaged("no version"),
            Effect = result == MutationResult.Superseded ? StateEffect.None : effect,
            EffectValue = effectValue,
            Rules = rules ?? throw Damaged("no rules"),
            Custom = custom,
            IfVersion = ifVersion,
            BaseVersion = baseVersion,
            TimeUnixMs = time ?? throw Damaged("no time"),
            Counter = counter,
            MutationId = mutationId,
        };
    }

    /// <summary>Who won, and by which rule; and who holds what was kept.</summary>
    private static void Report(ArrayBufferWriter<byte> to, FoldOutcome outcome)
    {
        var separator = ",\"by\":{"u8;
        foreach (var (path, rule) in outcome.By)
        {
            to.Write(separator);
            separator = ","u8;
            Name(to, path);
            String(to, rule);
        }

        if (outcome.By.Count > 0)
            to.Write("}"u8);

        separator = ",\"kept\":["u8;
        foreach (var (path, _) in outcome.Kept)
        {
            to.Write(separator);
            separator = ","u8;
            String(to, path);
        }

        if (outcome.Kept.Count > 0)
            to.Write("]"u8);

        separator = ",\"keptFor\":{"u8;
        foreach (var (path, holder) in outcome.Kept)
        {
            if (holder is null)
                continue;

            to.Write(separator);
            separator = ","u8;
            Name(to, path);
            String(to, holder);
        }

        if (separator.Length == 1)
            to.Write("}"u8);
    }

    private static void Text(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> name, string text)
    {
        to.Write(name);
        String(to, text);
    }

    private static void Name(ArrayBufferWriter<byte> to, string name)
    {
        String(to, name);
        to.Write(":"u8);
    }

    private static void String(ArrayBufferWriter<byte> to, string text)
    {
        to.Write("\""u8);
        if (text.AsSpan().ContainsAny(_escaped))
            to.Write(JsonStrings.TokenOf(text));
        else
            Encoding.UTF8.GetBytes(text, to);

        to.Write("\""u8);
    }

    private static void Raw(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        to.Write(name);
        to.Write(json);
    }

    private static void Number(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> name, long number)
    {
        to.Write(name);
        number.TryFormat(to.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
        to.Advance(written);
    }

    private static string TextOf(ReadOnlyMemory<byte> json) => json.Length >= 2 && json.Span[0] == '"'
        ? JsonStrings.TextOf(json.Span[1..^1])
        : throw Damaged($"{Encoding.UTF8.GetString(json.Span)} where a string is expected");

    private static long NumberOf(ReadOnlyMemory<byte> json) => long.TryParse(json.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Damaged($"{Encoding.UTF8.GetString(json.Span)} where a whole number is expected");

    private static MutationResult ResultOf(string word) => word switch
    {
        "applied" => MutationResult.Applied,
        "merged" => MutationResult.Merged,
        "superseded" => MutationResult.Superseded,
        _ => throw Damaged($"the result {word}"),
    };

    private static InvalidDataException Damaged(string what) => new($"The data of a $state event is expected; it has {what}.");
}
