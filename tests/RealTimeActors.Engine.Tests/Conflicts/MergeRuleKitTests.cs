using System.Text;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Json;
using RealTimeActors.TestKit.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class MergeRuleKitTests
{
    [Fact]
    public void A_good_rule_passes() => new MergeRuleKit(() => new Longest()) { Values = ["\"short\"", "\"much longer\""] }.Verify();

    [Fact]
    public void One_that_counts_its_calls_does_not() =>
        Found("The same input has to give the same bytes", () => new Counting());

    [Fact]
    public void One_that_remembers_what_it_was_asked_does_not() =>
        Found("Two rules have to decide alike whatever they were asked before", () => new Remembering());

    [Fact]
    public void One_that_throws_does_not() => Found("A rule may not throw", () => new Rule(_ => throw new FormatException("no number")));

    [Fact]
    public void One_that_gives_no_JSON_does_not() => Found("A rule decides for one JSON value or for nothing", () => new Rule(_ => "{"u8.ToArray()));

    [Fact]
    public void One_that_writes_into_its_input_does_not() => Found("The bytes of the input are everybody's", () => new Rule(input =>
    {
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(input.Proposed).Span[0] ^= 1;
        return default;
    }));

    [Fact]
    public void One_whose_value_grows_for_ever_does_not() => Found("The value has to stay within 32768 bytes", () => new Rule(input =>
        JsonItems.IsArray(input.Present.Span) && input.Present.Length > 2
            ? StateScript.Json($"{StateScript.Text(input.Present)[..^1]},\"{new string('x', 100)}\"]")
            : StateScript.Json($"[{StateScript.Text(input.Proposed)}]")));

    [Fact]
    public void One_that_says_that_order_does_not_matter_where_it_does_is_found() =>
        Found("The rule says that the order of arrival does not matter", () => new Rule(input => input.Proposed) { IsOrderIndependent = true });

    private static void Found(string what, Func<IMergeRule> create)
    {
        var fault = Assert.Throws<MergeRuleException>(() => new MergeRuleKit(create).Verify());

        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The longer one; of two as long the one that is first in the order of bytes, so that whoever comes first does not matter.</summary>
    private sealed class Longest : IMergeRule
    {
        public bool IsOrderIndependent => true;

        public ReadOnlyMemory<byte> Decide(in MergeInput input)
        {
            var order = input.Proposed.Length.CompareTo(input.Present.Length);
            return order > 0 || (order == 0 && input.Proposed.Span.SequenceCompareTo(input.Present.Span) < 0) ? input.Proposed : input.Present;
        }
    }

    private sealed class Counting : IMergeRule
    {
        private int _calls;

        public ReadOnlyMemory<byte> Decide(in MergeInput input) => Encoding.UTF8.GetBytes($"{++_calls}");
    }

    private sealed class Remembering : IMergeRule
    {
        private readonly HashSet<string> _seen = [];

        public ReadOnlyMemory<byte> Decide(in MergeInput input)
        {
            _seen.Add(Convert.ToHexString(CanonicalJson.Of(input.Proposed)));
            return Encoding.UTF8.GetBytes($"{_seen.Count}");
        }
    }

    private sealed class Rule(Func<MergeInput, ReadOnlyMemory<byte>> decide) : IMergeRule
    {
        public bool IsOrderIndependent { get; init; }

        public ReadOnlyMemory<byte> Decide(in MergeInput input) => decide(input);
    }
}
