using RealTimeActors.EndToEnd.Tests.Presence;
using RealTimeActors.EndToEnd.Tests.States;

// Not for the test runner: clients that edit, or are present, until they are killed.
return args switch
{
    ["edit-until-killed", var endpoint, var folder] => await EditUntilKilled.RunAsync(new Uri(endpoint), folder),
    ["present-until-killed", var endpoint, var channel] => await PresentUntilKilled.RunAsync(new Uri(endpoint), channel),
    _ => 2,
};
