using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

/// <summary>Mutations by chance: few names, few values and few times, so that they meet.</summary>
internal static class AnyMutation
{
    private static readonly Gen<string> _name = Gen.Elements("a", "b", "c", "o", "\\u0061", "x.y", "\\ud800");

    private static readonly Gen<string> _number = Gen.Elements("0", "1", "2", "2.0", "-2.5", "1e3", "7E-2", "12345678901234567890");

    private static readonly Gen<string> _scalar = Gen.Frequency(
        (4, _number), (1, Gen.Elements("1e401", "-0")), (2, Gen.Elements("\"x\"", "\"\\u0078\"", "\"\"", "\"\\ud834\\udd1e\"")), (2, Gen.Elements("true", "null")));

    /// <summary>Any JSON.</summary>
    internal static Gen<string> Json(int depth) => depth == 0
        ? _scalar
        : Gen.Frequency((2, _scalar), (2, Members(_name, Json(depth - 1))), (1, ArrayOf(Json(depth - 1))));

    /// <summary>Any mutation whatsoever.</summary>
    internal static Gen<Mutation> Any { get; } =
        from operation in Gen.Elements(Enum.GetValues<MutationOperation>())
        from value in Gen.Choose(0, 3).SelectMany(Json)
        from key in Gen.Elements("k", "l")
        from time in Optional(Gen.Elements(10L, 20L, 30L, 1_000_000L, 2_000_000L))
        from baseVersion in Optional(Gen.Choose(0, 6).Select(version => (long)version))
        from ifVersion in Gen.Frequency((9, Gen.Constant<long?>(null)), (2, Gen.Choose(-1, 5).Select(version => (long?)version)))
        from user in Gen.Elements("u1", "u2", null)
        from id in Gen.Elements("p:9", "p:10", null)
        select new Mutation
        {
            Key = key,
            Operation = operation,
            Value = StateScript.Json(value),
            TimeUnixMs = time,
            BaseVersion = baseVersion,
            IfVersion = ifVersion,
            User = user,
            Session = user is null ? "s0" : null,
            MutationId = id,
        };

    /// <summary>Any mutations, one after the other.</summary>
    internal static Arbitrary<Mutation[]> Script { get; } =
        Arb.From(Any.ArrayOf(), all => Enumerable.Range(0, all.Length).Select(left => all.Where((_, i) => i != left).ToArray()));

    /// <summary>In words, for a failure.</summary>
    internal static string Told(IEnumerable<Mutation> mutations) => string.Join("; ", mutations.Select(m =>
        $"{MutationOperations.NameOf(m.Operation)} {m.Key} {StateScript.Text(m.Value)} @{m.TimeUnixMs} {m.User} {m.MutationId}"
        + (m.BaseVersion is null ? "" : $" base {m.BaseVersion}") + (m.IfVersion is null ? "" : $" if {m.IfVersion}")));

    /// <summary>Mutations with times for the rules that promise the same state in any order, and the order in which they arrive the second time.</summary>
    internal static Arbitrary<(Mutation[] First, Mutation[] Second)> InTwoOrders(params (MutationOperation Operation, Gen<string> Value)[] kinds)
    {
        var one = from kind in Gen.Elements(kinds)
                  from value in kind.Value
                  from time in Gen.Choose(1, 6)
                  from user in Gen.Elements("u1", "u2")
                  from order in Gen.Choose(0, 1_000)
                  select (Mutation: new Mutation { Key = "k", Operation = kind.Operation, Value = StateScript.Json(value), TimeUnixMs = time, User = user }, Order: order);
        return Arb.From(
            one.ArrayOf().Select(all => Numbered(all)),
            pair => Enumerable.Range(0, pair.First.Length).Select(i => (Without(pair.First, pair.First[i]), Without(pair.Second, pair.First[i]))));
    }

    /// <summary>An object with leaves at <c>a</c>, <c>b</c> and <c>c</c>, and the same once more below <c>o</c>.</summary>
    internal static Gen<string> Shaped(Gen<string> leaf) =>
        Gen.Zip(Members(Gen.Elements("a", "b", "c"), leaf), Members(Gen.Elements("a", "b", "c"), leaf))
            .SelectMany(pair => Gen.Elements(pair.Item1, Nested(pair.Item1, pair.Item2)));

    internal static Gen<string> Number => _number;

    internal static Gen<string> Items => ArrayOf(Gen.Elements("1", "2", "1.0", "\"x\"", "[1]"));

    internal static Gen<string> Members(Gen<string> name, Gen<string> value) => Gen.Zip(name, value).ArrayOf().Select(pairs =>
        "{" + string.Join(',', pairs.DistinctBy(pair => Plain(pair.Item1)).Select(pair => $"\"{pair.Item1}\":{pair.Item2}")) + "}");

    private static string Nested(string outer, string inner) => outer == "{}" ? $$"""{"o":{{inner}}}""" : $$"""{"o":{{inner}},{{outer[1..]}}""";

    private static string Plain(string name) => name == "\\u0061" ? "a" : name;

    private static Gen<string> ArrayOf(Gen<string> item) => item.ArrayOf().Select(items => $"[{string.Join(',', items)}]");

    private static Gen<long?> Optional(Gen<long> value) => Gen.OneOf(Gen.Constant<long?>(null), value.Select(number => (long?)number));

    private static (Mutation[] First, Mutation[] Second) Numbered((Mutation Mutation, int Order)[] all)
    {
        var numbered = all.Select((one, i) => (Mutation: one.Mutation with { MutationId = $"m:{i}" }, one.Order)).ToArray();
        return ([.. numbered.Select(one => one.Mutation)], [.. numbered.OrderBy(one => one.Order).Select(one => one.Mutation)]);
    }

    private static Mutation[] Without(Mutation[] all, Mutation left) => [.. all.Where(one => one.MutationId != left.MutationId)];
}
