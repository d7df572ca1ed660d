namespace RealTimeActors.TestKit.Network.Http;

/// <summary>Who has asked, and is answered.</summary>
internal interface IExchangeClient
{
    /// <summary>The answer begins.</summary>
    void Began(SimulatedExchange exchange, HttpHead head);

    /// <summary>Some of its body has come.</summary>
    void Came(SimulatedExchange exchange, ReadOnlySpan<byte> bytes);

    /// <summary>It is complete.</summary>
    void Ended(SimulatedExchange exchange);

    /// <summary>It broke off, or never came.</summary>
    void Broke(SimulatedExchange exchange);
}
