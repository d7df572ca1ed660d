using System.Buffers;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>One answer that does not end.</summary>
internal sealed class SimulatedStream(IServerExchange exchange, SimulatedNetwork network, HttpLine line, long after)
    : SimulatedDown(TransportNames.ServerSentEvents, exchange, network, line, after)
{
    private static readonly byte[] _comment = ":\n\n"u8.ToArray();
    private bool _isWriting;

    private protected override void Begin()
    {
        Exchange.Head(new HttpHead(200));
        Exchange.Body(_comment);
        Fetch();
    }

    private protected override void Fetch()
    {
        while (!_isWriting && !IsOver && Line.Read(this, After) is { } read)
        {
            switch (read)
            {
                case DownRead.Frames { Batch: var batch }:
                    After = batch.Number;
                    var text = new ArrayBufferWriter<byte>(batch.Lines.Length + 64);
                    BatchText.Write(Line.IdOf(After), batch.Lines.Span, text);
                    Write(text.WrittenSpan.ToArray());
                    break;
                case DownRead.Nothing:
                    Write(_comment);
                    break;
                default:
                    Finish();
                    Exchange.End();
                    break;
            }
        }
    }

    private void Write(byte[] bytes)
    {
        Line.Writes(this, begins: true);
        Exchange.Body(bytes);
        if (Exchange.HasRoom)
        {
            Line.Writes(this, begins: false);
            return;
        }

        _isWriting = true;
        Exchange.OnDrained = () =>
        {
            _isWriting = false;
            Line.Writes(this, begins: false);
            Signal();
        };
    }
}
