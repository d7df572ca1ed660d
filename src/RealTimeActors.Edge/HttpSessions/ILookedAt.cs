namespace RealTimeActors.Edge.HttpSessions;

/// <summary>Somebody for whom time alone may be a reason to do something.</summary>
internal interface ILookedAt
{
    /// <summary>About a second has passed.</summary>
    void Look();
}
