using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Model;

/// <summary>The product's keepers of "prefix and ranges" against a plain set of offsets.</summary>
public sealed class OffsetsTests
{
    private const int Highest = 40;

    private static readonly Config _runs = Config.QuickThrowOnFailure.WithMaxTest(3_000).WithReplay(20261121, 1);

    private static readonly Gen<(int From, int To)> _range =
        Gen.Choose(0, Highest).SelectMany(from => Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(-2, 12))).Select(more => (from, from + more)));

    private static readonly Arbitrary<(int Prefix, (int From, int To)[] Added)> _cases = Arb.From(
        Gen.Choose(0, 5).SelectMany(prefix => Gen.ArrayOf(_range).Resize(40).Select(added => (Prefix: (int)prefix, Added: added))),
        one => Enumerable.Range(0, one.Added.Length).Select(i => (one.Prefix, Without(one.Added, i))));

    [Fact]
    public void The_engine_keeps_offsets_like_a_plain_set() => HoldAgainstTheModel(prefix => new EngineOffsets(prefix));

    [Fact]
    public void The_client_keeps_offsets_like_a_plain_set() => HoldAgainstTheModel(prefix => new ClientOffsets(prefix));

    private static void HoldAgainstTheModel(Func<long, IOffsets> create) => Prop.ForAll(_cases, one =>
    {
        var model = new OffsetSet(one.Prefix);
        var real = create(one.Prefix);
        foreach (var (from, to) in one.Added)
        {
            model.Add(from, to);
            real.Add(from, to);

            Assert.Equal(model.Prefix, real.Prefix);
            Assert.Equal(model.Ranges, real.Ahead);
        }

        for (var offset = 0; offset <= Highest + 15; offset++)
        {
            Assert.Equal(model.Contains(offset), real.Contains(offset));
            Assert.Equal(Missing(model, offset), real.Missing(offset));
        }
    }).Check(_runs);

    private static List<OffsetRange> Missing(OffsetSet model, long upTo)
    {
        var rest = new OffsetSet(0);
        for (var offset = 1L; offset <= upTo; offset++)
        {
            if (!model.Contains(offset))
                rest.Add(offset);
        }

        return rest.Prefix > 0 ? [new OffsetRange(1, rest.Prefix), .. rest.Ranges] : [.. rest.Ranges];
    }

    private static (int From, int To)[] Without((int From, int To)[] all, int index) => [.. all[..index], .. all[(index + 1)..]];
}
