namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>The forms that a publish over HTTP may have.</summary>
internal enum PublishMode
{
    /// <summary>An event object of ours, or an array of them.</summary>
    Json,

    /// <summary>One CloudEvent in its JSON format.</summary>
    CloudEvent,

    /// <summary>An array of CloudEvents in their JSON format.</summary>
    CloudEventBatch,

    /// <summary>A CloudEvent of which the attributes are headers.</summary>
    CloudEventHeaders,
}
