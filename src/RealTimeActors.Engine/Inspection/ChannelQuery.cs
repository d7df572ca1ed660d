namespace RealTimeActors.Engine.Inspection;

/// <summary>How does one channel stand?</summary>
internal sealed class ChannelQuery(InspectionServices services, InspectionCommand.ShowChannel command) : Query(services, command.ReplyTo)
{
    private ChannelFigures _figures = null!;

    protected override void Begin()
    {
        _figures = new ChannelFigures(Services, Edges, [command.Channel]);
        _figures.Begin(Self);
    }

    protected override void OnAnswer(object message)
    {
        _figures.Take(message);
        if (_figures.IsComplete)
            Finish(new InspectionReply.Channels(_figures.Views, null));
    }
}
