namespace RealTimeActors.Simulation.Workloads;

/// <summary>Somebody who does something with the node, until he only waits for what is under way, and then leaves.</summary>
internal interface IWorkload
{
    /// <summary>Whether it goes on beginning things.</summary>
    bool IsBusy { set; }

    void Start();

    /// <summary>What it waits for; null: nothing.</summary>
    string? Unfinished();

    void Leave();
}
