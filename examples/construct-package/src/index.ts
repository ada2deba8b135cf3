export * from './team-devops-agent';
