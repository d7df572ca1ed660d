using RealTimeActors.EndToEnd.Tests.States;

// Not for the test runner: a client that edits until it is killed.
return args switch
{
    ["edit-until-killed", var endpoint, var folder] => await EditUntilKilled.RunAsync(new Uri(endpoint), folder),
    _ => 2,
};
