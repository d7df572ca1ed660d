using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>One batch, or nothing after a while.</summary>
internal sealed class SimulatedPoll(IServerExchange exchange, SimulatedNetwork network, HttpLine line, long after, TimeSpan wait)
    : SimulatedDown(TransportNames.LongPolling, exchange, network, line, after)
{
    private protected override void Begin()
    {
        Fetch();
        if (IsOver)
            return;

        if (wait == TimeSpan.Zero)
            Answer(DownRead.Nothing.Instance);
        else
            Network.After(wait, () =>
            {
                if (!IsOver)
                    Answer(DownRead.Nothing.Instance);
            });
    }

    private protected override void Fetch()
    {
        if (Line.Read(this, After) is { } read)
            Answer(read);
    }

    private void Answer(DownRead read)
    {
        switch (read)
        {
            case DownRead.Frames { Batch: var batch }:
                Exchange.Head(new HttpHead(200, Line.IdOf(batch.Number).ToString()));
                Exchange.Body(batch.Lines.ToArray());
                break;
            case DownRead.Nothing:
                Exchange.Head(new HttpHead(204, Line.IdOf(After).ToString()));
                break;
            case DownRead.Ended when Line.ClosedBy is { } close:
                Exchange.Head(new HttpHead(410, CloseCode: close.Code));
                break;
            default:
                Exchange.Head(new HttpHead(409));
                break;
        }

        Exchange.End();
        Finish();
    }
}
