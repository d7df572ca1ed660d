using System.Text;
using RealTimeActors.Engine.Relays;

namespace RealTimeActors.Engine.Tests.Relays;

/// <summary>Stands where a node's connections over plain HTTP stand: the test answers itself.</summary>
internal sealed class ScriptedLines : IRelayServer
{
    internal List<(RelayedRequest Request, RelayedAnswer Answer)> Served { get; } = [];

    /// <summary>Bytes that clients have taken.</summary>
    internal int Written { get; private set; }

    internal int Abandoned { get; private set; }

    internal RelayedAnswer Last => Served[^1].Answer;

    public void Serve(RelayedRequest request, RelayedAnswer answer)
    {
        answer.Written = bytes => Written += bytes;
        answer.Abandoned = () => Abandoned++;
        Served.Add((request, answer));
    }

    public RelayedTicket? UseTicket(string hash, string? stream, bool comesBack) =>
        hash == "right" ? new RelayedTicket(new() { User = "u" }, stream, comesBack ? "key" : null) : null;

    internal void Begin(int status = 200) => Last.Head(new RelayedHead(status, [new RelayedField("Realtime-Next", "x.1")]));

    internal void Write(string text) => Last.Write(Encoding.UTF8.GetBytes(text));
}
