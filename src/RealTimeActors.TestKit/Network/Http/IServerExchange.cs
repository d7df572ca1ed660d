namespace RealTimeActors.TestKit.Network.Http;

/// <summary>A request and its answer, as the server sees them.</summary>
internal interface IServerExchange
{
    /// <summary>Nobody waits for the answer any more.</summary>
    bool IsClientDone { get; }

    /// <summary>Whether more is taken at once.</summary>
    bool HasRoom { get; }

    /// <summary>Something of the request is not wanted any more: nobody is there for the answer.</summary>
    Action? OnAborted { get; set; }

    /// <summary>There is room again.</summary>
    Action? OnDrained { get; set; }

    /// <summary>How the answer begins.</summary>
    void Head(HttpHead head);

    /// <summary>Some of its body.</summary>
    void Body(byte[] bytes);

    /// <summary>It is complete.</summary>
    void End();

    /// <summary>The server breaks it off.</summary>
    void Break();
}
