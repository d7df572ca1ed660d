using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class PersistentMapTests
{
    [Fact]
    public void Agrees_with_a_plain_sorted_map_whatever_is_done_and_no_older_one_moves() =>
        Prop.ForAll(Gen.Zip(Gen.Choose(0, 40), Gen.Choose(0, 3)).ArrayOf().ToArbitrary(), steps =>
        {
            var map = PersistentMap<int, string>.Empty(Comparer<int>.Default);
            var plain = new SortedDictionary<int, string>();
            var (older, olderPlain) = (map, new List<string>());
            foreach (var (key, action) in steps)
            {
                if (action == 3)
                    (older, olderPlain) = (map, [.. plain.Values]);

                (map, _) = action == 0 ? (map.Without(key), plain.Remove(key)) : (map.With(key, $"{key}:{action}"), true);
                if (action != 0)
                    plain[key] = $"{key}:{action}";

                Assert.Equal(plain.Count, map.Count);
                Assert.Equal(plain.Values, map.All());
                Assert.Equal(plain.Where(one => one.Key > key).Select(one => one.Value), map.After(key));
                Assert.Equal(plain.TryGetValue(key, out var expected), map.TryGet(key, out var value));
                Assert.Equal(expected, value);
                Assert.Equal(plain.Values.FirstOrDefault(), map.TryGetFirst(out _, out var first) ? first : null);
            }

            Assert.Equal(olderPlain, older.All());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(150));

    [Fact]
    public void Stays_shallow_whatever_the_order()
    {
        var map = PersistentMap<int, int>.Empty(Comparer<int>.Default);
        for (var i = 0; i < 10_000; i++)
            map = map.With(i, i);

        Assert.InRange(map.Height, 14, 20);
    }
}
