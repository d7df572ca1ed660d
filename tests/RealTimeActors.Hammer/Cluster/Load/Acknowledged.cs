namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>What a receipt promised: this number of this publisher stands at this place of the log.</summary>
internal sealed record Acknowledged(int Number, string Epoch, long Offset, string Hash);
