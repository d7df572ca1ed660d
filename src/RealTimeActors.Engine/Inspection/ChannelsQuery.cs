using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Inspection;

/// <summary>Which channels are there? Names first, out of the journal and the memory; then how each of that page stands.</summary>
internal sealed class ChannelsQuery(InspectionServices services, InspectionCommand.ListChannels command) : Query(services, command.ReplyTo)
{
    private readonly NamePage _names = new(command.Limit, services.Channels.Shards + 1);
    private ChannelFigures? _figures;

    protected override void Begin()
    {
        var stream = ChannelActor.StreamPrefix;
        Services.Journal.List(stream + command.Prefix, command.After.Length == 0 ? "" : stream + command.After, _names.PerSource, Self);
        Services.Channels.List(command.Prefix, command.After, _names.PerSource, Self);
    }

    protected override void OnAnswer(object message)
    {
        switch (message)
        {
            case JournalReply.ListFailed failed:
                Refuse(ErrorCode.Overloaded, $"The channels cannot be listed: {failed.Message}");
                return;
            case JournalReply.Listed listed:
                _names.Add(listed.Streams.Select(stream => stream.Stream.Value[ChannelActor.StreamPrefix.Length..]));
                _names.SourceDone();
                break;
            case ShardEntities shard:
                _names.Add(shard.Ids);
                _names.SourceDone();
                break;
            default:
                _figures?.Take(message);
                break;
        }

        if (_figures is null && _names.IsComplete)
            AskChannels();

        if (_figures is { IsComplete: true })
            Tell(_figures);
    }

    protected override void OnTimeIsUp()
    {
        // A channel that cannot be read must not hide the others.
        if (_figures is null)
            base.OnTimeIsUp();
        else
            Tell(_figures);
    }

    private void AskChannels()
    {
        _figures = new ChannelFigures(Services, Edges, [.. _names.Names.Select(ChannelName.Parse).Where(MayBeTold)]);
        _figures.Begin(Self);
    }

    private bool MayBeTold(ChannelName channel) =>
        command.For is not { } identity || Services.Options.Access.RightsOf(identity, channel).HasFlag(Rights.Admin);

    private void Tell(ChannelFigures figures) => Finish(new InspectionReply.Channels(figures.Views, _names.HasMore ? _names.Names[^1] : null));
}
