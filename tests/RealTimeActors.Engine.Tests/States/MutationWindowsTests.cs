using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.States;

namespace RealTimeActors.Engine.Tests.States;

public sealed class MutationWindowsTests
{
    private readonly MutationWindows _windows = new();

    [Fact]
    public void Remembers_the_newest_thousand_of_each_user()
    {
        for (var i = 1; i <= 1_500; i++)
            Add("u1", $"m{i}", i);

        Add("u2", "m1", 1_501);

        Assert.Null(_windows.Find("u1", "m500"));
        Assert.Equal(501, _windows.Find("u1", "m501")?.Offset);
        Assert.Equal(1_501, _windows.Find("u2", "m1")?.Offset);
        Assert.Equal(1_001, _windows.Count);
    }

    [Fact]
    public void Forgets_the_oldest_of_all_where_there_are_too_many_users()
    {
        for (var i = 1; i <= MutationWindows.AllMax + 10; i++)
            Add($"u{i}", "m", i);

        Assert.Equal(MutationWindows.AllMax, _windows.Count);
        Assert.Null(_windows.Find("u10", "m"));
        Assert.Equal(11, _windows.Find("u11", "m")?.Offset);
    }

    [Fact]
    public void Where_nobody_is_authenticated_the_id_says_whose_it_is()
    {
        for (var i = 1; i <= 1_001; i++)
            Add(null, $"tab-1:{i}", i);

        Add(null, "tab-2:1", 2_000);

        Assert.Null(_windows.Find(null, "tab-1:1"));
        Assert.NotNull(_windows.Find(null, "tab-1:2"));
        Assert.NotNull(_windows.Find(null, "tab-2:1"));
        Assert.Null(_windows.Find("u1", "tab-2:1"));
    }

    [Fact]
    public void An_id_that_comes_anew_stands_where_it_came_last()
    {
        Add("u1", "m", 1);
        Add("u1", "m", 7);

        Assert.Equal((7L, 1), (_windows.Find("u1", "m")!.Value.Offset, _windows.Count));
        Assert.Equal([7L], _windows.All.Select(entry => entry.Remembered.Offset));
    }

    private void Add(string? user, string id, long offset) => _windows.Add(user, id, new RememberedMutation(offset, MutationResult.Applied, new byte[] { 1 }));
}
