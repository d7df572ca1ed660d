namespace RealTimeActors.TestKit.Network.Http;

/// <summary>A link whose other end is a line.</summary>
internal interface ILineEnd
{
    /// <summary>The server's end; null: there is none yet, or no more.</summary>
    SimulatedLine? Line { get; set; }
}
