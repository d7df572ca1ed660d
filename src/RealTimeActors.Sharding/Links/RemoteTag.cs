namespace RealTimeActors.Sharding.Links;

/// <summary>Stands for the tag of an asker on the other node. Of use only while the connection by which it came lasts.</summary>
internal sealed record RemoteTag(LinkTable Table, long Number);
