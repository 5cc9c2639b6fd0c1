package main

type complianceCmd struct{}
