namespace RealTimeActors.Client.Running;

/// <summary>One thing that the loop is told. A struct, because there is one for every event that is handled.</summary>
/// <param name="Kind">What.</param>
/// <param name="Subject">What it is about: a subscription, a delivery, a call, decoded frames.</param>
/// <param name="Connection">Which transport, where it is about one.</param>
/// <param name="Code">The close code, where there was one.</param>
/// <param name="Text">A reason or a token.</param>
internal readonly record struct ClientInput(InputKind Kind, object? Subject = null, int Connection = 0, int? Code = null, string? Text = null)
{
    /// <summary>Without the text, which may be a token.</summary>
    public override string ToString() => Kind.ToString();
}
