using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class ConflictPropertyTests
{
    private static readonly Config _runs = Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(12);

    public static TheoryData<string, string> AnyRules => new()
    {
        { "last-write", "" },
        { "last-write", "a=max b=sum c=union o.*=append o.a=first-write x=reject" },
        { "first-write", "o=last-write" },
        { "reject", "" },
        { "max", "o=min" },
        { "sum", "o.a=last-write" },
        { "union", "a=append" },
        { "append", "" },
        { "custom:picky", "" },
        { "last-write", "a=custom:picky o.*=custom:picky c=union" },
    };

    [Theory]
    [MemberData(nameof(AnyRules))]
    public void Whatever_comes_is_decided_without_a_fault_and_folds_to_what_was_decided(string @default, string fields) =>
        Prop.ForAll(AnyMutation.Script, mutations => Holds(mutations, () =>
        {
            var script = ScriptOf(@default, fields);
            var versions = new Dictionary<string, long>();
            foreach (var m in mutations)
            {
                var decision = script.Does(m);
                if (decision is { Error: null, Result: MutationResult.Applied or MutationResult.Merged })
                {
                    Assert.True(decision.Version > versions.GetValueOrDefault(m.Key), "A version came twice.");
                    versions[m.Key] = decision.Version;
                }
            }

            Assert.Equal(StateScript.Snapshot(script.State), StateScript.Snapshot(script.Fold()));
            Assert.Equal(StateScript.Snapshot(script.State), StateScript.Snapshot(StateScript.Restored(script.State)));
        })).Check(_runs.WithEndSize(30).WithMaxTest(500));

    [Fact]
    public void Merges_in_their_order_give_what_RFC_7396_gives() =>
        Prop.ForAll(Gen.Choose(0, 3).SelectMany(AnyMutation.Json).ArrayOf().ToArbitrary(), patches =>
        {
            var script = new StateScript();
            ReadOnlyMemory<byte> plain = default;
            foreach (var patch in patches)
            {
                Assert.Equal(MutationResult.Applied, script.Merges(patch).Result);
                plain = MergePatch.Apply(plain, StateScript.Json(patch));
            }

            Assert.Equal(StateScript.Canonical(StateScript.Text(plain)), StateScript.Canonical(script.Value()));
        }).Check(_runs);

    [Fact]
    public void Last_write_gives_the_same_in_any_order() => HoldsInAnyOrder(
        "last-write",
        (MutationOperation.Merge, AnyMutation.Json(3)),
        (MutationOperation.Merge, AnyMutation.Shaped(AnyMutation.Json(1))),
        (MutationOperation.Set, AnyMutation.Json(2)),
        (MutationOperation.Delete, Gen.Constant("0")));

    [Fact]
    public void First_write_gives_the_same_in_any_order() => HoldsInAnyOrder(
        "first-write",
        (MutationOperation.Merge, AnyMutation.Shaped(AnyMutation.Items)),
        (MutationOperation.Set, AnyMutation.Shaped(AnyMutation.Number)));

    [Theory]
    [InlineData("max")]
    [InlineData("min")]
    [InlineData("sum")]
    public void Numbers_give_the_same_in_any_order(string rule) => HoldsInAnyOrder(
        rule,
        (MutationOperation.Merge, AnyMutation.Shaped(AnyMutation.Number)),
        (MutationOperation.Set, AnyMutation.Shaped(AnyMutation.Number)),
        (rule == "sum" ? MutationOperation.Increment : MutationOperation.Merge, AnyMutation.Shaped(AnyMutation.Number)));

    [Fact]
    public void Sets_give_the_same_in_any_order() => HoldsInAnyOrder(
        "union",
        (MutationOperation.Merge, AnyMutation.Shaped(AnyMutation.Items)),
        (MutationOperation.Set, AnyMutation.Shaped(AnyMutation.Items)),
        (MutationOperation.Add, AnyMutation.Shaped(AnyMutation.Items)),
        (MutationOperation.Remove, AnyMutation.Shaped(AnyMutation.Items)));

    private static void HoldsInAnyOrder(string rule, params (MutationOperation Operation, Gen<string> Value)[] kinds) =>
        Prop.ForAll(AnyMutation.InTwoOrders(kinds), pair => Holds([.. pair.First, .. pair.Second], () =>
        {
            var (first, second) = (new StateScript(rule), new StateScript(rule));
            Array.ForEach(pair.First, m => first.Does(m));
            Array.ForEach(pair.Second, m => second.Does(m));

            Assert.Equal(first.Value(), second.Value());
        })).Check(_runs);

    private static void Holds(Mutation[] mutations, Action holds)
    {
        try
        {
            holds();
        }
        catch (Exception fault)
        {
            throw new Xunit.Sdk.XunitException($"{AnyMutation.Told(mutations)}\n{fault}");
        }
    }

    private static StateScript ScriptOf(string @default, string fields)
    {
        var script = new StateScript(@default, [.. fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(field => (field.Split('=')[0], field.Split('=')[1]))]);
        script.Custom["picky"] = new Picky();
        return script;
    }

    /// <summary>Keeps, takes, replaces, removes and fails, as the lengths of the two have it.</summary>
    private sealed class Picky : IMergeRule
    {
        public ReadOnlyMemory<byte> Decide(in MergeInput input) => ((input.Present.Length + input.Proposed.Length) % 5) switch
        {
            0 => input.Present,
            1 or 2 => input.Proposed,
            3 => default,
            _ when input.Proposed.Length > 12 => throw new InvalidOperationException("Too long."),
            _ => StateScript.Json("""{ "both": [] }"""),
        };
    }
}
