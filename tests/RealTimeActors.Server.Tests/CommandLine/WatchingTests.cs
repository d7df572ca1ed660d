using RealTimeActors.Server.CommandLine;
using RealTimeActors.Server.CommandLine.Remote;

namespace RealTimeActors.Server.Tests.CommandLine;

public sealed class WatchingTests
{
    private const double Every = 0.1;

    private static readonly CommandException _away = new("http://127.0.0.1:1 cannot be reached: refused.") { ExitCode = Exit.Unreachable };

    [Fact]
    public async Task A_server_that_goes_away_is_told_of_and_looked_at_until_it_is_back()
    {
        var looks = 0;
        var told = new List<string>();

        await Watching.UntilEnoughAsync(Every, () => ++looks is 2 or 3 ? throw _away : Task.FromResult(looks < 4), told.Add, CancellationToken.None);

        Assert.Equal(4, looks);
        Assert.Equal([_away.Message, _away.Message], told);
    }

    [Fact]
    public async Task Who_cannot_be_reached_at_first_is_not_waited_for()
    {
        var told = new List<string>();

        var failed = await Assert.ThrowsAsync<CommandException>(() => Watching.UntilEnoughAsync(Every, () => throw _away, told.Add, CancellationToken.None));

        Assert.Same(_away, failed);
        Assert.Empty(told);
    }

    [Fact]
    public async Task A_refusal_ends_it_at_any_time()
    {
        var looks = 0;
        var refusal = new CommandException("channel:read is missing");

        var failed = await Assert.ThrowsAsync<CommandException>(
            () => Watching.UntilEnoughAsync(Every, () => ++looks == 2 ? throw refusal : Task.FromResult(true), _ => { }, CancellationToken.None));

        Assert.Same(refusal, failed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_601)]
    [InlineData(double.NaN)]
    public async Task Seconds_out_of_bounds_are_refused_before_anybody_looks(double every)
    {
        var failed = await Assert.ThrowsAsync<CommandException>(
            () => Watching.UntilEnoughAsync(every, () => throw new InvalidOperationException("looked"), _ => { }, CancellationToken.None));

        Assert.StartsWith("--every: seconds from 0.1 to 3600 are expected", failed.Message, StringComparison.Ordinal);
    }
}
