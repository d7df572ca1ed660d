namespace RealTimeActors.Hosting.Clustering;

/// <summary>What the cluster wants of the node as a server.</summary>
/// <param name="Drain">An operator wants everything here to go elsewhere.</param>
/// <param name="Undrain">He wants it to be as before.</param>
/// <param name="Overloaded">New clients are turned away from now on, and why; null: they are taken again.</param>
/// <param name="Waits">Why the node takes no part in the cluster yet, and whether somebody should look into that; null: it does.</param>
internal sealed record NodeOrders(Action Drain, Action Undrain, Action<string?> Overloaded, Action<string?, bool> Waits);
