# The modules stood here themselves once; a state of that time keeps its resources.
moved {
  from = module.lake
  to   = module.stack.module.lake
}

moved {
  from = module.state
  to   = module.stack.module.state
}

moved {
  from = module.catalog
  to   = module.stack.module.catalog
}

moved {
  from = module.secrets
  to   = module.stack.module.secrets
}

moved {
  from = module.kafka
  to   = module.stack.module.kafka
}

moved {
  from = module.identity
  to   = module.stack.module.identity
}

moved {
  from = module.network
  to   = module.stack.module.network
}

moved {
  from = module.alarms
  to   = module.stack.module.alarms
}
