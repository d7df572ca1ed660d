using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>Publishers and subscribers of a few channels, over several edges; and, when it is finished, the judgement on all that they were told.</summary>
internal sealed class ClusterLoad : IAsyncDisposable
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _worthNoting = TimeSpan.FromMilliseconds(700);
    private readonly ClusterProcesses _cluster;
    private readonly List<LoadPublisher> _publishers = [];
    private readonly List<LoadSubscriber> _subscribers = [];
    private readonly string[] _channels;

    private ClusterLoad(ClusterProcesses cluster, string name, int channels)
    {
        _cluster = cluster;
        _channels = [.. Enumerable.Range(1, channels).Select(number => $"faults.{name}.{number}")];
    }

    internal Judgement Judgement { get; } = new();

    /// <summary>How many events have a receipt.</summary>
    internal int Count => _publishers.Sum(publisher => publisher.Receipts.Count);

    /// <summary>The longest that one publish took.</summary>
    internal TimeSpan Slowest => _publishers.Max(publisher => publisher.Slowest);

    /// <summary>Starts all of them, and returns when each publisher has published.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="name">Of the channels: none of them was there before.</param>
    /// <param name="channels">How many channels; each has one publisher over HTTP and one over WebSocket.</param>
    /// <param name="subscribers">How many subscribers of all channels.</param>
    /// <param name="every">How often each publisher publishes.</param>
    internal static async Task<ClusterLoad> StartAsync(ClusterProcesses cluster, string name, int channels = 6, int subscribers = 4, TimeSpan? every = null)
    {
        var load = new ClusterLoad(cluster, name, channels);
        try
        {
            await load.StartAsync(subscribers, every ?? TimeSpan.FromMilliseconds(40));
            return load;
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }
    }

    /// <summary>How long after this moment the last of the channels could be published to again: a publish that began after it has its receipt.</summary>
    /// <returns>Of each publisher.</returns>
    internal async Task<IReadOnlyList<TimeSpan>> PublishesAgainAsync(long since)
    {
        var again = _publishers.Select(publisher => publisher.SucceedsAgainAsync(since)).ToList();
        try
        {
            var found = await Task.WhenAll(again).WaitAsync(_within);

            // At the start there is no fault since which it could be said.
            if (since > 0)
                NoteLast(found);

            return found;
        }
        catch (TimeoutException)
        {
            // How the nodes see it is asked at once: whatever comes next changes it.
            var late = _publishers.Zip(again).Where(pair => !pair.Second.IsCompletedSuccessfully).Select(pair => pair.First).ToList();
            var look = await ClusterLook.OfAsync(_cluster.Nodes, [.. late.Select(publisher => publisher.Channel).Distinct()]);
            foreach (var publisher in late)
                Judgement.Problem($"{publisher.Name} cannot publish to {publisher.Channel} for {_within.TotalSeconds} s; it was told: {string.Join(" | ", publisher.Refusals)}");

            if (late.Count > 0)
                Judgement.Problem($"{late.Count} of {_publishers.Count} publishers cannot publish; the nodes see it so:\n{look}");

            return [_within];
        }
    }

    /// <summary>Where the time went is best seen in what the slowest was told.</summary>
    private void NoteLast(IReadOnlyList<TimeSpan> found)
    {
        var (publisher, after) = _publishers.Zip(found).MaxBy(pair => pair.Second);
        if (after > _worthNoting)
            Judgement.Note(FormattableString.Invariant($"{publisher.Name} was the last to publish again, after {after.TotalMilliseconds:0} ms; it was told: {string.Join(" | ", publisher.Refusals)}"));
    }

    /// <summary>Lets the publishers finish and the subscribers come to the end, reads every log from every node, and judges.</summary>
    internal async Task<Judgement> FinishAsync()
    {
        Judgement.Begin("at the end");
        await Task.WhenAll(_publishers.Select(FinishAsync));
        foreach (var channel in _channels)
        {
            var log = await LogComparison.ReadAsync(_cluster.Nodes, channel, Judgement);
            LogJudge.Judge(channel, log, _publishers.Where(publisher => publisher.Channel == channel), Judgement);
            foreach (var subscriber in _subscribers)
            {
                await subscriber.ReachesAsync(channel, log.Events.Count, _within);
                LogJudge.Judge(channel, log, subscriber, Judgement);
            }
        }

        return Judgement;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var publisher in _publishers)
            await publisher.DisposeAsync();

        foreach (var subscriber in _subscribers)
            await subscriber.DisposeAsync();
    }

    private async Task StartAsync(int subscribers, TimeSpan every)
    {
        var edges = _cluster.Edges.Select(edge => edge.Address).ToArray();
        for (var i = 0; i < subscribers; i++)
        {
            var subscriber = new LoadSubscriber($"subscriber-{i + 1}", Judgement, From(i), _cluster.Token);
            _subscribers.Add(subscriber);
            await subscriber.FollowAsync(_channels);
        }

        for (var i = 0; i < _channels.Length; i++)
        {
            _publishers.Add(new HttpPublisher($"http-{i + 1}", _channels[i], every, Judgement, From(i), _cluster.Token));
            var client = new ClientPublisher($"ws-{i + 1}", _channels[i], every, Judgement, From(i + 1), _cluster.Token);
            _publishers.Add(client);
            await client.ConnectAsync();
        }

        foreach (var publisher in _publishers)
            publisher.Start();

        await PublishesAgainAsync(0);

        IEnumerable<Uri> From(int first) => edges.Skip(first % edges.Length).Concat(edges.Take(first % edges.Length));
    }

    private async Task FinishAsync(LoadPublisher publisher)
    {
        try
        {
            await publisher.FinishAsync().WaitAsync(_within);
        }
        catch (TimeoutException)
        {
            Judgement.Problem($"{publisher.Name} has no answer to number {publisher.Begun} after {_within.TotalSeconds} s; it was told: {string.Join(" | ", publisher.Refusals)}");
        }
    }
}
