using FsCheck;
using FsCheck.Fluent;
using RealTimeActors.Client.Machine.Cursors;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.Cursors;

public sealed class CursorTrackerTests
{
    [Fact]
    public void The_next_offset_moves_the_prefix()
    {
        var cursor = new CursorTracker();
        cursor.Restart(93);

        Assert.True(cursor.Add(94));

        Assert.Equal(94, cursor.Prefix);
        Assert.Empty(cursor.Ahead);
    }

    [Fact]
    public void An_offset_that_overtook_waits_ahead_until_the_hole_is_filled()
    {
        var cursor = new CursorTracker();
        cursor.Add(1);
        cursor.Add(4);
        cursor.Add(3);

        Assert.Equal(1, cursor.Prefix);
        Assert.Equal([new OffsetRange(3, 4)], cursor.Ahead);
        Assert.Equal([new OffsetRange(2, 2)], cursor.MissingWithin(new OffsetRange(1, 4)));

        cursor.Add(2);

        Assert.Equal(4, cursor.Prefix);
        Assert.Empty(cursor.Ahead);
    }

    [Fact]
    public void A_repeat_is_not_new_and_changes_nothing()
    {
        var cursor = new CursorTracker();
        cursor.Add(1);
        cursor.Add(5);
        var version = cursor.Version;

        Assert.False(cursor.Add(1));
        Assert.False(cursor.Add(5));
        cursor.Add(new OffsetRange(5, 5));

        Assert.Equal(version, cursor.Version);
    }

    [Fact]
    public void Agrees_with_a_set_of_offsets_whatever_comes_in_whatever_order()
    {
        var step = Gen.OneOf(
            Gen.Choose(1, 60).Select(offset => new OffsetRange(offset, offset)),
            Gen.Choose(1, 60).SelectMany(from => Gen.Choose(-1, 12).Select(length => new OffsetRange(from, from + length))));
        var steps = Gen.Choose(0, 10).SelectMany(start => step.ListOf().Select(ranges => (Start: start, Ranges: ranges.ToArray())));

        Prop.ForAll(steps.ToArbitrary(), script => AgreesWithSet(script.Start, script.Ranges))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(80));
    }

    private static bool AgreesWithSet(int start, OffsetRange[] ranges)
    {
        var cursor = new CursorTracker();
        cursor.Restart(start);
        var model = new HashSet<long>(Enumerable.Range(1, start).Select(offset => (long)offset));

        foreach (var range in ranges)
        {
            var versionBefore = cursor.Version;
            var missing = cursor.MissingWithin(range).SelectMany(Offsets).ToArray();
            var missingInModel = Offsets(range).Where(offset => !model.Contains(offset)).ToArray();
            Assert.Equal(missingInModel, missing);

            if (range.From == range.To)
                Assert.Equal(!model.Contains(range.From), cursor.Add(range.From));
            else
                cursor.Add(range);
            model.UnionWith(Offsets(range));

            Assert.Equal(missingInModel.Length > 0, cursor.Version != versionBefore);
            AssertSame(model, cursor);
        }

        return true;
    }

    private static void AssertSame(HashSet<long> model, CursorTracker cursor)
    {
        var prefix = 0L;
        while (model.Contains(prefix + 1))
            prefix++;

        Assert.Equal(prefix, cursor.Prefix);
        Assert.Equal(model.Where(offset => offset > prefix).Order(), cursor.Ahead.SelectMany(Offsets));
        Assert.All(Enumerable.Range(1, 90), offset => Assert.Equal(model.Contains(offset), cursor.Contains(offset)));

        // Ranges neither touch each other nor the prefix.
        var end = cursor.Prefix;
        foreach (var range in cursor.Ahead)
        {
            Assert.True(range.From > end + 1 && range.From <= range.To);
            end = range.To;
        }
    }

    private static IEnumerable<long> Offsets(OffsetRange range)
    {
        for (var offset = range.From; offset <= range.To; offset++)
            yield return offset;
    }
}
