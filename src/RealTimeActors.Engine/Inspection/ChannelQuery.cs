namespace RealTimeActors.Engine.Inspection;

/// <summary>How does one channel stand?</summary>
internal sealed class ChannelQuery(InspectionServices services, InspectionCommand.ShowChannel command) : Query(services, command.ReplyTo)
{
    private readonly ChannelFigures _figures = new(services, [command.Channel]);

    protected override void Begin() => _figures.Begin(Self);

    protected override void OnAnswer(object message)
    {
        _figures.Take(message);
        if (_figures.IsComplete)
            Finish(new InspectionReply.Channels(_figures.Views, null));
    }
}
