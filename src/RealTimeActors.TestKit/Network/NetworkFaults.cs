namespace RealTimeActors.TestKit.Network;

/// <summary>How a simulated network behaves. May be changed while it runs.</summary>
public sealed class NetworkFaults
{
    /// <summary>The least time that bytes are under way. Default 50 µs.</summary>
    public TimeSpan LatencyMin { get; set; } = TimeSpan.FromMicroseconds(50);

    /// <summary>The most time that bytes are under way. Default 2 ms.</summary>
    public TimeSpan LatencyMax { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Bytes that the server may have handed over and the client has not read. Default 64 KiB.</summary>
    public int BufferBytes { get; set; } = 65_536;

    /// <summary>The chance that a send is taken in part only although there is room.</summary>
    public double PartialSendChance { get; set; }

    /// <summary>The chance that the bytes of one send of the client arrive in two pieces.</summary>
    public double SplitChance { get; set; }

    /// <summary>The chance that a cut is noticed by one end only; the other learns of it by its heartbeat.</summary>
    public double HalfOpenChance { get; set; }

    /// <summary>The chance that connecting fails although the server is there.</summary>
    public double ConnectFailureChance { get; set; }

    /// <summary>The chance that something on the way of a stream of events gathers what comes, and lets it through in large pieces or after a while.</summary>
    public double GatherChance { get; set; }

    /// <summary>The chance that what is written as an answer over plain HTTP breaks off under way.</summary>
    public double AnswerCutChance { get; set; }

    /// <summary>No more faults; buffers and latencies as by default.</summary>
    public void Heal()
    {
        var healthy = new NetworkFaults();
        LatencyMin = healthy.LatencyMin;
        LatencyMax = healthy.LatencyMax;
        BufferBytes = healthy.BufferBytes;
        PartialSendChance = 0;
        SplitChance = 0;
        HalfOpenChance = 0;
        ConnectFailureChance = 0;
        GatherChance = 0;
        AnswerCutChance = 0;
    }
}
