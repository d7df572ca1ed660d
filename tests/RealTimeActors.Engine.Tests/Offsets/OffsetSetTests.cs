using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Engine.Offsets;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Offsets;

public sealed class OffsetSetTests
{
    private static readonly Gen<(int From, int Length)[]> _additions =
        Gen.Choose(1, 40).SelectMany(from => Gen.Choose(1, 6).Select(length => (from, length))).ArrayOf();

    [Fact]
    public void Agrees_with_a_plain_set_of_offsets_whatever_is_added_in_whatever_order() =>
        Prop.ForAll(_additions.ToArbitrary(), additions =>
        {
            var set = new OffsetSet(3);
            var plain = new HashSet<long> { 1, 2, 3 };
            foreach (var (from, length) in additions)
            {
                set.Add(from, from + length - 1);
                plain.UnionWith(Enumerable.Range(from, length).Select(offset => (long)offset));
            }

            var missing = set.Missing(50).SelectMany(range => Offsets(range));
            return Enumerable.Range(1, 50).All(offset => set.Contains(offset) == plain.Contains(offset))
                && missing.SequenceEqual(Enumerable.Range(1, 50).Select(offset => (long)offset).Where(offset => !plain.Contains(offset)))
                && set.Max == plain.Max()
                && set.Ahead.All(range => range.From > set.Prefix + 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_copy_goes_its_own_way()
    {
        var set = new OffsetSet(1);
        set.Add(5);

        var copy = set.Copy();
        copy.Add(2, 4);

        Assert.Equal((1L, 5L), (set.Prefix, copy.Prefix));
    }

    private static IEnumerable<long> Offsets(OffsetRange range)
    {
        for (var offset = range.From; offset <= range.To; offset++)
            yield return offset;
    }
}
