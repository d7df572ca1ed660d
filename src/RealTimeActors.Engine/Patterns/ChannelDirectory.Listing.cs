using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Patterns;

/// <content>Where its names come from: first out of the memory and the journal, then out of the journal again and again, in case that a channel's word was lost.</content>
internal sealed partial class ChannelDirectory
{
    private const int StreamsPerPage = 1_000;
    private static readonly TimeSpan _retryAfter = TimeSpan.FromMilliseconds(500);
    private static readonly StreamId _anyStream = new("directory");
    private static readonly object _listAgain = new();
    private static readonly object _askAgain = new();

    private Phase _phase = Phase.Unused;

    /// <summary>Shards that have not said what they have in memory.</summary>
    private readonly SortedSet<int> _shardsMissing = [];
    private string? _listedTo;
    private string _lifeOfStore = "";

    private enum Phase
    {
        /// <summary>Nobody follows a pattern, and nobody has.</summary>
        Unused,

        /// <summary>The names are being gathered; what edges ask for waits.</summary>
        Listing,

        /// <summary>All names are known.</summary>
        Known,
    }

    /// <summary>The channels in memory first: whatever one of them commits from here on it may not tell, because it has told already. Only then what is on disk.</summary>
    private void BeginListing()
    {
        if (_phase != Phase.Unused)
            return;

        _phase = Phase.Listing;
        journal.Load(_anyStream, Self);
    }

    private void OnListing(object message)
    {
        switch (message)
        {
            case JournalReply.Loaded loaded:
                _lifeOfStore = options.Bug == PlantedBug.EpochKept ? "" : loaded.Life;
                _shardsMissing.UnionWith(Enumerable.Range(0, channels.Shards));
                AskShards();
                break;
            case ShardEntities shard when shard.IsKnown && _shardsMissing.Remove(shard.Shard):
                foreach (var name in shard.Ids)
                    PlaceActive(ChannelName.Parse(name));

                if (_shardsMissing.Count == 0)
                    ListFrom("");

                break;
            case var again when ReferenceEquals(again, _askAgain):
                AskShards();
                break;
            case JournalReply.Listed listed:
                OnListed(listed);
                break;
            case JournalReply.ReadFailed or JournalReply.ListFailed:
                Context.StartTimer(_listAgain, _retryAfter, _listAgain);
                break;
            case var again when ReferenceEquals(again, _listAgain) && _phase == Phase.Known && _edges.Count == 0:
                Context.StartTimer(_listAgain, options.PatternsCheckedEvery, _listAgain);
                break;
            case var again when ReferenceEquals(again, _listAgain):
                if (_lifeOfStore.Length == 0 && options.Bug != PlantedBug.EpochKept)
                    journal.Load(_anyStream, Self);
                else
                    ListFrom(_listedTo ?? "");

                break;
        }
    }

    /// <summary>A question or its answer may be lost with the link to another node: who has not answered is asked again.</summary>
    private void AskShards()
    {
        foreach (var shard in _shardsMissing)
            channels.ListShard(shard, "", "", int.MaxValue, Self);

        if (_shardsMissing.Count > 0)
            Context.StartTimer(_askAgain, _retryAfter, _askAgain);
    }

    private void ListFrom(string after)
    {
        _listedTo = after;
        journal.List(ChannelActor.StreamPrefix, after, StreamsPerPage, Self);
    }

    private void OnListed(JournalReply.Listed listed)
    {
        foreach (var stream in listed.Streams)
            OnStream(stream);

        if (listed.Streams.Count == StreamsPerPage)
        {
            ListFrom(listed.Streams[^1].Stream.Value);
            return;
        }

        _listedTo = null;
        Context.StartTimer(_listAgain, options.PatternsCheckedEvery, _listAgain);
        if (_phase != Phase.Listing)
            return;

        _phase = Phase.Known;
        Context.UnstashAll();
    }

    private void OnStream(StreamInfo stream)
    {
        // A stream that was made and not written to is no channel yet.
        if (stream.Last == 0 || !ChannelName.TryParse(stream.Stream.Value[ChannelActor.StreamPrefix.Length..], out var channel, out _))
            return;

        var entry = _names.Find(channel);
        if (entry is null)
        {
            entry = new ChannelEntry(channel.Value) { IsDurable = true, Head = stream.Last };
            _names.Add(entry);
            if (_phase == Phase.Known)
                Tell(channel, entry);
        }
        else if (stream.Last > entry.Head)
        {
            // It has gone on, and its word was lost, or is on its way. One that is awake goes on without a word; but it may have rested since, and lost that, too.
            entry.Head = stream.Last;
            if (_phase == Phase.Known)
                Tell(channel, entry);
        }
    }

    /// <summary>It is not known whether it has told of its events already: whoever follows it joins it.</summary>
    private void PlaceActive(ChannelName channel)
    {
        if (_names.Find(channel) is not null)
            return;

        // Of one that is only in memory the life is not known here; to join it tells.
        var isDurable = options.SettingsOf(channel).IsDurable;
        _names.Add(new ChannelEntry(channel.Value) { IsDurable = isDurable, Epoch = isDurable ? null : "", IsAwake = true });
    }
}
