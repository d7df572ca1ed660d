using System.Text;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Json;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Conflicts;

/// <summary>
/// Tests a custom conflict rule (<see cref="IMergeRule"/>) for what it must keep: that the same input gives the same bytes, that it never throws, that it decides for one JSON value, that the value stays bounded, and,
/// where it says so, that the order of arrival does not matter. For any test framework: <see cref="Verify"/> throws what is wrong.
/// </summary>
/// <example><code>new MergeRuleKit(() => new LongestTitle()) { Values = ["\"a\"", "\"longer\""] }.Verify();</code></example>
/// <param name="create">Makes the rule; called more than once, so that what one remembers another does not know.</param>
public sealed class MergeRuleKit(Func<IMergeRule> create)
{
    private const int GrowthWrites = 500;
    private const int OrderWritesMax = 5;

    /// <summary>The same seed tries the same.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Inputs that are tried. Default 1,000.</summary>
    public int Rounds { get; init; } = 1_000;

    /// <summary>Values that are written: JSON by chance where there are none. A rule that refuses nothing must bear any JSON; give the values that it is for besides.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Bytes that the value may grow to while it is written again and again. Default 32 KiB, the most that one key can hold.</summary>
    public int BytesMax { get; init; } = StateLimits.Default.EntryBytesMax;

    /// <summary>Throws what is wrong with the rule; returns where nothing is.</summary>
    /// <exception cref="MergeRuleException">Something is; the message lists it.</exception>
    public void Verify()
    {
        var findings = Findings();
        if (findings.Count > 0)
            throw new MergeRuleException($"The rule {create().GetType().Name} does not keep what a conflict rule must (seed {Seed}):\n- {string.Join("\n- ", findings)}");
    }

    /// <summary>What is wrong with the rule, one sentence each, with the input that shows it; empty: nothing was found.</summary>
    public IReadOnlyList<string> Findings()
    {
        var findings = new List<string>();
        var inputs = Inputs();
        Decided(inputs, findings);
        if (findings.Count > 0)
            return findings;

        Growth(findings);
        if (create().IsOrderIndependent)
            Orders(findings);

        return findings;
    }

    /// <summary>Two rules are asked the same, one forwards and one backwards; and each input twice.</summary>
    private void Decided(List<MergeInput> inputs, List<string> findings)
    {
        var (one, other) = (create(), create());
        var decided = new string?[inputs.Count];
        for (var i = 0; i < inputs.Count && findings.Count == 0; i++)
        {
            decided[i] = Ask(one, inputs[i], findings);
            if (findings.Count == 0 && Ask(one, inputs[i], findings) is var again && again != decided[i])
                findings.Add($"The same input has to give the same bytes; {Told(inputs[i])} gave {Shown(decided[i])} and then {Shown(again)}. A rule uses no clock, chance or memory.");
        }

        for (var i = inputs.Count - 1; i >= 0 && findings.Count == 0; i--)
        {
            if (Ask(other, inputs[i], findings) is var elsewhere && elsewhere != decided[i])
                findings.Add($"Two rules have to decide alike whatever they were asked before; {Told(inputs[i])} gave {Shown(decided[i])} and {Shown(elsewhere)}. A rule keeps no state.");
        }
    }

    private static string? Ask(IMergeRule rule, MergeInput input, List<string> findings)
    {
        var (present, proposed) = (input.Present.ToArray(), input.Proposed.ToArray());
        ReadOnlyMemory<byte> decided;
        try
        {
            decided = rule.Decide(input);
        }
        catch (Exception fault)
        {
            findings.Add($"A rule may not throw; {Told(input)} gave {fault.GetType().Name}: {fault.Message} Return what is present for what makes no sense.");
            return null;
        }

        if (!input.Present.Span.SequenceEqual(present) || !input.Proposed.Span.SequenceEqual(proposed))
            findings.Add($"The bytes of the input are everybody's; {Told(input)} found them changed after the call.");

        if (!decided.IsEmpty && !JsonText.TryCompact(decided.Span, out _, out var error))
            findings.Add($"A rule decides for one JSON value or for nothing; {Told(input)} gave {Shown(Encoding.UTF8.GetString(decided.Span))}: {error}");

        return Encoding.UTF8.GetString(decided.Span);
    }

    /// <summary>A value that is written all day may not grow all day.</summary>
    private void Growth(List<string> findings)
    {
        var values = new SampledJson(new Xoshiro256(Seed, "growth"), Values);
        var channel = new RuleChannel(create());
        for (var i = 0; i < GrowthWrites; i++)
        {
            if (channel.TryWrite(values.Next(), i + 1, $"u{i % 3}", $"m:{i}") && channel.Value.Length <= BytesMax)
                continue;

            findings.Add($"The value has to stay within {BytesMax} bytes; after {i + 1} writes it would not, from {channel.Value.Length} on. Keep a bounded part of it.");
            return;
        }
    }

    /// <summary>The same writes in many orders, through the engine itself.</summary>
    private void Orders(List<string> findings)
    {
        var chance = new Xoshiro256(Seed, "orders");
        var values = new SampledJson(chance, Values);
        for (var round = 0; round < Rounds && findings.Count == 0; round++)
        {
            var writes = Enumerable.Range(0, 2 + chance.Below(OrderWritesMax - 1)).Select(i => (Value: values.Next(), Time: 1 + chance.Below(4), User: $"u{chance.Below(2)}", Id: $"m:{i}")).ToArray();
            var first = After(writes);
            var shuffled = writes.ToArray();
            for (var i = shuffled.Length - 1; i > 0; i--)
            {
                var other = chance.Below(i + 1);
                (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
            }

            var second = After(shuffled);
            if (first != second)
            {
                findings.Add($"The rule says that the order of arrival does not matter; {Told(writes)} gave {Shown(first)}, and {Told(shuffled)} gave {Shown(second)}."
                    + " Compare times and values, and break ties by something in the values; or do not say IsOrderIndependent.");
            }
        }
    }

    private string After((string Value, int Time, string User, string Id)[] writes)
    {
        var channel = new RuleChannel(create());
        foreach (var (value, time, user, id) in writes)
            channel.TryWrite(value, time, user, id);

        return channel.Value;
    }

    private List<MergeInput> Inputs()
    {
        var chance = new Xoshiro256(Seed, "inputs");
        var values = new SampledJson(chance, Values);
        var operations = Enum.GetValues<MutationOperation>().Where(operation => operation != MutationOperation.Delete).ToArray();
        return [.. Enumerable.Range(0, Rounds).Select(_ =>
        {
            var hasPresent = !chance.OneIn(4);
            return new MergeInput
            {
                Key = $"k{chance.Below(3)}",
                Path = chance.OneIn(2) ? "" : "a.b",
                Operation = chance.OneIn(2) ? MutationOperation.Merge : operations[chance.Below(operations.Length)],
                Present = hasPresent ? Encoding.UTF8.GetBytes(values.Next()) : default,
                Proposed = Encoding.UTF8.GetBytes(values.Next()),
                PresentTimeUnixMs = hasPresent ? 1 + chance.Below(5) : 0,
                PresentUser = hasPresent && chance.OneIn(2) ? "u1" : null,
                TimeUnixMs = 1 + chance.Below(5),
                User = chance.OneIn(2) ? "u2" : null,
                IsSeen = hasPresent && chance.OneIn(3),
            };
        })];
    }

    private static string Told(MergeInput input) =>
        $"{MutationOperations.NameOf(input.Operation)} of {Shown(Encoding.UTF8.GetString(input.Proposed.Span))} at {input.TimeUnixMs} over {Shown(Encoding.UTF8.GetString(input.Present.Span))} at {input.PresentTimeUnixMs}";

    private static string Told((string Value, int Time, string User, string Id)[] writes) =>
        string.Join(", then ", writes.Select(write => $"{Shown(write.Value)} by {write.User} at {write.Time}"));

    private static string Shown(string? json) => string.IsNullOrEmpty(json) ? "nothing" : json.Length > 200 ? $"{json[..200]}…" : json;
}
