using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>Whether what is asked for goes together with the rule and with what is there.</summary>
internal sealed partial class StateFold
{
    private string Word => MutationOperations.NameOf(_operation);

    private string Expected => _operation == MutationOperation.Increment ? "a number" : "an array";

    /// <summary>Whether a rule knows the operation, and the value is of the kind that both need.</summary>
    private bool IsFit(ConflictRule rule, ReadOnlySpan<byte> value)
    {
        var isOfNumbers = rule.Kind is ConflictRuleKind.Max or ConflictRuleKind.Min or ConflictRuleKind.Sum;
        var isOfArrays = rule.Kind is ConflictRuleKind.Union or ConflictRuleKind.Append;
        if ((isOfNumbers && _operation is (MutationOperation.Add or MutationOperation.Remove)) || (isOfArrays && _operation == MutationOperation.Increment))
        {
            var known = isOfNumbers ? "merge, set or increment" : "merge, set, add or remove";
            return Fail($"The rule {rule.Name} at {_path.Quoted()} expects {known}; {Word} came.");
        }

        var needsNumber = isOfNumbers || _operation == MutationOperation.Increment;
        var needsArray = isOfArrays || _operation is MutationOperation.Add or MutationOperation.Remove;
        var who = isOfNumbers || isOfArrays ? $"The rule {rule.Name}" : Word;
        if (needsNumber && !JsonNumber.IsNumber(value))
            return Fail($"{who} expects a number at {_path.Quoted()}; {KindOf(value)} came.");

        if (needsNumber && !JsonNumber.TryParse(value, out _))
            return Fail($"{who} expects a number with at most {JsonNumber.PlacesMax} places on either side of the point at {_path.Quoted()}; a longer one came.");

        return !needsArray || JsonItems.IsArray(value) || Fail($"{who} expects an array at {_path.Quoted()}; {KindOf(value)} came.");
    }

    /// <summary>Adds to the number that is there; nothing is zero.</summary>
    private bool TryAdd(StateNode place, ReadOnlySpan<byte> value, bool isLenient, out JsonNumber sum)
    {
        sum = default;
        var present = default(JsonNumber);
        if (place.IsLeaf && !JsonNumber.TryParse(place.Render().Span, out present) && !isLenient)
            return FailPresent(place);

        return (JsonNumber.TryParse(value, out var number) && JsonNumber.TryAdd(present, number, out sum))
            || Fail($"The sum at {_path.Quoted()} would have more than {JsonNumber.PlacesMax} places before the point, which is the most that is kept.");
    }

    private bool FailPresent(StateNode place) => Fail($"{Word} expects {Expected} at {_path.Quoted()}; {KindOf(place.Render().Span)} is there.");

    private bool Fail(string text)
    {
        _outcome.Fail(ErrorCode.BadRequest, text);
        return false;
    }

    /// <summary>What is stored; noted where it is written in another way than it was asked for.</summary>
    private byte[] Stored(ReadOnlyMemory<byte> asked, ReadOnlyMemory<byte> stored)
    {
        if (!asked.Span.SequenceEqual(stored.Span))
            _outcome.Rewrite();

        return stored.ToArray();
    }

    /// <summary>Whether an object may take the place of the leaf that is there.</summary>
    private bool GivesWay(StateNode place, ConflictRule rule, ref Stamp stamp)
    {
        if (rule.Kind == ConflictRuleKind.Reject && !_mayReplaceRejecting)
            FailReject(_path.Quoted());

        if (rule.Kind == ConflictRuleKind.FirstWrite ? IsEarlier(place, stamp) : Beats(place.Written, ref stamp))
            return true;

        _outcome.Keep(rule, _path, place.Written);
        return false;
    }

    private bool IsEarlier(StateNode place, Stamp stamp) => place.Written is { } first && !IsSeen(first) && stamp.CompareTo(first) < 0;

    private static string KindOf(ReadOnlySpan<byte> json) => json[0] switch
    {
        (byte)'{' => "an object",
        (byte)'[' => "an array",
        (byte)'"' => "a string",
        (byte)'n' => "null",
        (byte)'t' or (byte)'f' => "a boolean",
        _ => "a number",
    };
}
