namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>Something that happens to a cluster under load.</summary>
internal interface IFault
{
    /// <summary>Lets it happen and be over, as far as it ends by itself. Says how soon publish worked again.</summary>
    Task<FaultResult> StrikeAsync();
}
