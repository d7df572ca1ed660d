namespace RealTimeActors.TestKit.Network.Http;

/// <summary>How an answer begins.</summary>
/// <param name="Status">200, 204, or a refusal.</param>
/// <param name="Next"><c>Realtime-Next</c>.</param>
/// <param name="CloseCode">What a refusal says about the connection; null: nothing.</param>
internal sealed record HttpHead(int Status, string? Next = null, int? CloseCode = null);
